#include "preload/program/env_string.h"
#include "preload/program/launcher_words.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\n\v\f\r", long_name[] = "--split-string";

/* What has been cut, the last one first. */
static struct cut {
    char *text, **words;
    struct cut *before;
} * cuts;

/* A word without its quotes, moved together where it stands; `*at` goes on behind it. */
static char *take_word(char **at)
{
    char *word = *at, *into = word, quote = '\0';
    for (; **at && (quote || !strchr(blanks, **at)); ++*at)
        if (quote ? **at == quote : **at == '"' || **at == '\'')
            quote = quote ? '\0' : **at;
        else if (**at == '\\' && quote != '\'' && (*at)[1])
            *into++ = *++*at == '_' ? ' ' : **at;
        else
            *into++ = **at;
    *at += **at != '\0';
    *into = '\0';
    return word;
}

static size_t cut_words(char *text, char **words)
{
    size_t count = 0;
    while (*(text += strspn(text, blanks)) && *text != '#')
        words[count++] = take_word(&text);
    return count;
}

/* Is this the option? `*string` is what stands in the same word; NULL: the next word is it. */
static bool is_split(const char *word, const char **string)
{
    size_t length = sizeof long_name - 1, at = strcspn(word, "uCaS");
    *string = NULL;
    if (strncmp(word, long_name, length) == 0 && (!word[length] || word[length] == '=')) {
        *string = word[length] ? word + length + 1 : NULL;
        return true;
    }
    if (word[0] != '-' || word[1] == '-' || word[at] != 'S')
        return false;
    *string = word[at + 1] ? word + at + 1 : NULL;
    return true;
}

/* Where it is among env's own words; 0: nowhere. */
static size_t find(char *const *words, const char **string)
{
    for (size_t i = 1; words[i] && (*words[i] == '-' || strchr(words[i], '=')) && strcmp(words[i], "--") != 0; i++) {
        if (is_split(words[i], string))
            return *string || words[i + 1] ? i : 0;
        bool takes_next = words[i][0] == '-' && strchr("uCa", words[i][1]) && words[i][1] && !words[i][2];
        i += takes_next && words[i + 1];
    }
    return 0;
}

/* `at`: where the option is. Of those in front of it in its word (-vS) only -i says how something is started. */
static void splice(char *const *words, size_t at, size_t behind, struct cut *cut)
{
    size_t used = at;
    memcpy(cut->words, words, at * sizeof *words);
    if (words[at][1] != '-' && memchr(words[at], 'i', strcspn(words[at], "S")))
        cut->words[used++] = (char *)"-i";
    used += cut_words(cut->text, cut->words + used);
    while ((cut->words[used++] = words[behind++]))
        ;
}

static void free_one(struct cut *cut)
{
    if (cut) {
        free(cut->text);
        free(cut->words);
    }
    free(cut);
}

char *const *env_string_cut(char *const *words)
{
    const char *string;
    size_t at = strcmp(launcher_base(words[0]), "env") == 0 ? find(words, &string) : 0, count = 0;
    if (!at)
        return words;
    size_t behind = at + (string ? 1 : 2);
    string = string ? string : words[at + 1];
    while (words[count])
        count++;
    struct cut *cut = calloc(1, sizeof *cut);
    if (!cut || !(cut->text = strdup(string)) ||
        !(cut->words = calloc(count + strlen(string) + 2, sizeof *cut->words))) {
        free_one(cut);
        return words; /* no memory: not seen through */
    }
    splice(words, at, behind, cut);
    cut->before = cuts;
    cuts = cut;
    return cut->words;
}

const void *env_string_mark(void)
{
    return cuts;
}

void env_string_forget(const void *mark)
{
    while (cuts && cuts != mark) {
        struct cut *gone = cuts;
        cuts = gone->before;
        free_one(gone);
    }
}
