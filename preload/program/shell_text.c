#include "preload/program/shell_text.h"
#include <string.h>

enum { WORDS_MAX = 64 };

static const char variable[] = "LD_PRELOAD=";

bool shell_text_keeps(const char *value, size_t length)
{
    return memmem(value, length, "$LD_PRELOAD", 11) || memmem(value, length, "${LD_PRELOAD", 12) ||
           memmem(value, length, "libtcpalive.so", 14);
}

/* An assignment begins a word; a comment's is none. */
static bool line_assigns(const char *line, size_t length)
{
    const char *end = line + length, *at = line;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if (at < end && *at == '#')
        return false;
    while ((at = memmem(at, (size_t)(end - at), variable, sizeof variable - 1))) {
        const char *value = at + sizeof variable - 1;
        if ((at == line || strchr(" \t;&|('\"", at[-1])) && !shell_text_keeps(value, (size_t)(end - value)))
            return true;
        at = value;
    }
    return false;
}

bool shell_text_assigns(const char *text, size_t length)
{
    for (const char *line = text, *end = text + length; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        if (line_assigns(line, (size_t)(stop - line)))
            return true;
        line = stop + 1;
    }
    return false;
}

static const char ends_word[] = " \t\n;&|(){}<>";

/* A word without its quotes, moved together where it stands; `*at` goes on behind what ended it, which is returned. */
static char take_word(char **at, char **word)
{
    char *into = *word = *at, quote = '\0';
    for (; **at && (quote || !strchr(ends_word, **at)); ++*at)
        if (quote ? **at == quote : **at == '"' || **at == '\'')
            quote = quote ? '\0' : **at;
        else if (**at == '\\' && quote != '\'' && (*at)[1])
            *into++ = *++*at;
        else
            *into++ = **at;
    char stop = **at;
    *at += stop != '\0';
    *into = '\0';
    return stop;
}

/* The words up to what ends the command, ended by NULL; those past many are dropped. */
static void take_command(char **at, char *words[WORDS_MAX + 1])
{
    size_t count = 0;
    char stop = ' ';
    while (stop == ' ' || stop == '\t') {
        *at += strspn(*at, " \t");
        if (**at == '#')
            *at += strcspn(*at, "\n");
        stop = take_word(at, &words[count]);
        count += count < WORDS_MAX && *words[count];
    }
    words[count] = NULL;
}

/* What may stand in front of a command's name. Says whether the shell becomes the command. */
static char **command_in(char **words, bool *becomes)
{
    static const char *const before[] = {"exec", "command", "then", "else", "do", "if", "while", "until", "!", "time"};
    for (; *words; words++) {
        size_t i = 0;
        while (i < sizeof before / sizeof *before && strcmp(*words, before[i]) != 0)
            i++;
        *becomes = *becomes || i == 0;
        const char *value = strchr(*words, '=');
        if (i == sizeof before / sizeof *before && (!value || value == *words || strchr("/-", **words)))
            break;
    }
    return words;
}

bool shell_text_commands(char *text, bool exec_only, bool (*each)(void *context, char *const *words), void *context)
{
    char *words[WORDS_MAX + 1];
    while (*text) {
        bool becomes = false;
        take_command(&text, words);
        char **command = command_in(words, &becomes);
        if (*command && (becomes || !exec_only) && each(context, command))
            return true;
    }
    return false;
}
