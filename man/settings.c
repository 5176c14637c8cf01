/*
 * settings: prints the table of settings as the man page's section. Built and run by the Makefile only.
 */
#include "core/setting.h"
#include <stdio.h>

static void print(const char *suffix, const char *argument, const char *help, const char *fallback)
{
    printf(".TP\n.BR TCPALIVE%s%s = \"\\fI%s\\fR\"", *suffix ? "_" : "", suffix, argument);
    printf(*suffix ? " \", \\-\\-" : " \"");
    for (const char *c = suffix; *c; c++)
        if (*c == '_')
            printf("\\-");
        else
            putchar(*c + ('a' - 'A'));
    printf("\"\n%c%s", help[0] >= 'a' && help[0] <= 'z' ? help[0] - ('a' - 'A') : help[0], help + 1);
    if (*fallback)
        printf(" (default: %s)", fallback);
    puts(".");
}

int main(void)
{
#define X(id, suffix, kind, low, high, fallback, argument, help) print(suffix, argument, help, fallback);
    SETTINGS(X)
#undef X
    return 0;
}
