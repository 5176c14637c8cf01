#include "preload/program/launcher.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { SCRIPT_READ = 64 * 1024 };

static const char variable[] = "LD_PRELOAD=";

/* What in its arguments makes a launcher drop the environment. */
struct launcher {
    const char *name;
    bool always;
    bool login;             /* a lone `-` does, and options may stand behind operands: su(1), runuser(1) */
    char letter;            /* of a short option, 0 for none */
    const char *with_value; /* short options whose value ends a cluster of letters */
    const char *word;       /* of a long option */
};

static const struct launcher launchers[] = {
    {.name = "sudo", .always = true},
    {.name = "doas", .always = true},
    {.name = "pkexec", .always = true},
    {.name = "su", .login = true, .letter = 'l', .with_value = "cgGsTw", .word = "--login"},
    {.name = "runuser", .login = true, .letter = 'l', .with_value = "cgGsTuw", .word = "--login"},
    {.name = "setpriv", .with_value = "", .word = "--reset-env"},
    {.name = "bwrap", .with_value = "", .word = "--clearenv"},
};

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A cluster such as -lc: does it have the letter, in front of one that takes the rest as its value? */
static bool has_letter(const char *word, char letter, const char *with_value)
{
    for (const char *at = word + 1; word[0] == '-' && word[1] != '-' && *at; at++) {
        if (*at == letter)
            return true;
        if (strchr(with_value, *at))
            return false;
    }
    return false;
}

/* An option whose value is the next word: a long one may be, a short one is when its letter stands last. */
static bool may_take_next(const char *word, const char *with_value)
{
    size_t length = strlen(word);
    if (strncmp(word, "--", 2) == 0)
        return !strchr(word, '=');
    return word[0] == '-' && length > 1 && strchr(with_value, word[length - 1]);
}

static bool asked_to_lose(const struct launcher *launcher, char *const *words)
{
    bool value = false;
    for (; *words && strcmp(*words, "--") != 0; words++) {
        bool taken = value && **words != '-';
        if (!taken && ((launcher->login && strcmp(*words, "-") == 0) || strcmp(*words, launcher->word) == 0 ||
                       (launcher->letter && has_letter(*words, launcher->letter, launcher->with_value))))
            return true;
        if (!taken && !launcher->login && **words != '-')
            return false;
        value = !taken && may_take_next(*words, launcher->with_value);
    }
    return false;
}

static bool keeps_ours(const char *value, size_t length)
{
    return memmem(value, length, "$LD_PRELOAD", 11) || memmem(value, length, "${LD_PRELOAD", 12) ||
           memmem(value, length, "libtcpalive.so", 14);
}

static bool loses(const char *name, char *const *words);

/* env(1): options, then assignments, then the program, which may be a launcher as well. */
static bool env_loses(char *const *words)
{
    bool lost = false;
    for (; *words && **words == '-'; words++) {
        const char *word = *words;
        bool unset = strcmp(word, "-u") == 0 || strcmp(word, "--unset") == 0;
        bool next = unset || strcmp(word, "-C") == 0 || strcmp(word, "--chdir") == 0;
        if (strcmp(word, "-") == 0 || strcmp(word, "--ignore-environment") == 0 || has_letter(word, 'i', "uCSa") ||
            strcmp(word, "-uLD_PRELOAD") == 0 || strcmp(word, "--unset=LD_PRELOAD") == 0)
            lost = true;
        if (next && words[1]) {
            words++;
            lost = lost || (unset && strcmp(*words, "LD_PRELOAD") == 0);
        }
    }
    for (; *words && strchr(*words, '='); words++)
        if (strncmp(*words, variable, sizeof variable - 1) == 0)
            lost = !keeps_ours(*words, strlen(*words));
    return *words && (lost || loses(base_of(*words), words + 1));
}

static bool loses(const char *name, char *const *words)
{
    if (strcmp(name, "env") == 0)
        return env_loses(words);
    for (size_t i = 0; i < sizeof launchers / sizeof *launchers; i++)
        if (strcmp(name, launchers[i].name) == 0)
            return launchers[i].always || asked_to_lose(&launchers[i], words);
    return false;
}

/* An assignment begins a word and keeps nothing of what was there; a comment's is none. */
static bool line_assigns(const char *line, size_t length)
{
    const char *end = line + length, *at = line;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if (at < end && *at == '#')
        return false;
    while ((at = memmem(at, (size_t)(end - at), variable, sizeof variable - 1))) {
        const char *value = at + sizeof variable - 1;
        if ((at == line || strchr(" \t;&|('\"", at[-1])) && !keeps_ours(value, (size_t)(end - value)))
            return true;
        at = value;
    }
    return false;
}

static bool script_assigns(const char *path)
{
    static char text[SCRIPT_READ];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t length = fd < 0 ? -1 : pread(fd, text, sizeof text, 0);
    if (fd >= 0)
        close(fd);
    for (const char *line = text, *end = text + (length > 0 ? length : 0); line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        if (line_assigns(line, (size_t)(stop - line)))
            return true;
        line = stop + 1;
    }
    return false;
}

#define REACHES "; TCPALIVE_FOLLOW=on or --method supervise reaches that"

const char *launcher_loses(const struct program *program, char *const *arguments)
{
    if (loses(base_of(program->path), arguments))
        return "it leaves LD_PRELOAD out of the environment of what it starts" REACHES;
    if (program->script && script_assigns(program->path))
        return "it sets LD_PRELOAD itself for what it starts" REACHES;
    return NULL;
}
