#include "wine_pretend.h"
#include "harness/scene.h"
#include <stdio.h>

const char *const *wine_pretending(const char *words)
{
    static char variable[200];
    static const char *const environment[] = {variable, NULL};
    snprintf(variable, sizeof variable, "PRETEND=%s", words);
    return environment;
}

struct child *wine_pretend(const char *word, const char *pretend, const char *words)
{
    char line[2000], path[100], *at = line;
    snprintf(path, sizeof path, "windows/tests/pretend/%s/tcpalive.exe", word);
    at += sprintf(at, "%s ", scene_build(path));
    for (; *words; words++)
        if (words[0] == '%' && words[1] == 'p') {
            snprintf(path, sizeof path, "windows/tests/%s/probe.exe", word);
            at += sprintf(at, "%s", scene_build(path));
            words++;
        } else
            *at++ = *words;
    *at = '\0';
    struct child *child = wine_start(word, NULL, line, wine_pretending(pretend));
    child_close_stdin(child);
    return child;
}
