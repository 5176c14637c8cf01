#include "command_line.h"
#include "say.h"
#include <stdlib.h>

static void *need(void *memory)
{
    if (!memory) {
        say("command line", NULL, "out of memory");
        exit(EXIT_OURS);
    }
    return memory;
}

static bool is_blank(WCHAR c)
{
    return c == ' ' || c == '\t';
}

/* The program's own name: quotes only group, a backslash is one. */
static const WCHAR *copy_name(const WCHAR *at, WCHAR *out)
{
    bool quoted = false;
    for (; *at && (quoted || !is_blank(*at)); at++) {
        if (*at == '"')
            quoted = !quoted;
        else
            *out++ = *at;
    }
    *out = 0;
    return at;
}

/*
 * One argument: 2n backslashes and a quote are n and a quote that groups, 2n+1 are n and a quote; two quotes in
 * a group one.
 */
static const WCHAR *copy_argument(const WCHAR *at, WCHAR *out)
{
    bool quoted = false;
    while (*at && (quoted || !is_blank(*at))) {
        size_t backslashes = 0;
        while (*at == '\\') {
            backslashes++;
            at++;
        }
        bool before_quote = *at == '"';
        for (size_t i = before_quote ? backslashes / 2 : backslashes; i; i--)
            *out++ = '\\';
        if (before_quote && backslashes % 2) {
            *out++ = *at++;
        } else if (before_quote) {
            if (quoted && at[1] == '"')
                *out++ = *at++;
            else
                quoted = !quoted;
            at++;
        } else if (*at && (quoted || !is_blank(*at))) {
            *out++ = *at++;
        }
    }
    *out = 0;
    return at;
}

static char *utf8(const WCHAR *text)
{
    int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *copy = need(malloc((size_t)size));
    WideCharToMultiByte(CP_UTF8, 0, text, -1, copy, size, NULL, NULL);
    return copy;
}

struct command_line command_line_of(const WCHAR *line)
{
    size_t length = (size_t)lstrlenW(line);
    WCHAR *one = need(malloc((length + 1) * sizeof *one));
    struct command_line split = {0, need(calloc(length + 2, sizeof(char *))), need(calloc(length + 2, sizeof line))};
    for (const WCHAR *at = line; *at;) {
        split.typed[split.count] = at;
        at = split.count ? copy_argument(at, one) : copy_name(at, one);
        split.text[split.count++] = utf8(one);
        while (is_blank(*at))
            at++;
    }
    free(one);
    return split;
}
