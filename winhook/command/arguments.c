#include "arguments.h"
#include "say.h"
#include <stdlib.h>
#include <string.h>

static void *need(void *memory)
{
    if (!memory) {
        say("command line", NULL, "out of memory");
        exit(EXIT_OWN);
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

/* One argument: 2n backslashes and a quote are n and a quote that groups, 2n+1 are n and a quote; two quotes
 * in a group one. */
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

struct arguments arguments_of(const WCHAR *line)
{
    size_t length = (size_t)lstrlenW(line);
    WCHAR *one = need(malloc((length + 1) * sizeof *one));
    struct arguments arguments = {0, need(calloc(length + 2, sizeof(char *))), need(calloc(length + 2, sizeof line))};
    for (const WCHAR *at = line; *at;) {
        arguments.typed[arguments.count] = at;
        at = arguments.count ? copy_argument(at, one) : copy_name(at, one);
        arguments.text[arguments.count++] = utf8(one);
        while (is_blank(*at))
            at++;
    }
    free(one);
    return arguments;
}

bool take_value(const struct arguments *arguments, int *at, const char *name, const char **value)
{
    size_t length = strlen(name);
    const char *word = arguments->text[*at];
    if (strncmp(word, name, length) || (word[length] && word[length] != '='))
        return false;
    ++*at;
    if (word[length])
        *value = word + length + 1;
    else
        *value = *at < arguments->count ? arguments->text[(*at)++] : "";
    return true;
}
