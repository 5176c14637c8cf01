#include "command.h"

#include <stdio.h>
#include <string.h>

#ifndef TCPALIVE_VERSION
#define TCPALIVE_VERSION "0.1.0"
#endif

static const struct {
    const char *name;
    int (*run)(const struct arguments *arguments, int at);
} commands[] = {
    {"run", command_run},
    {"attach", command_attach},
    {"inject", command_inject}, /* for ourselves: reaches processes of the other word size */
};

int wmain(void);

int wmain(void)
{
    struct arguments arguments = arguments_of(GetCommandLineW());
    const char *word = arguments.count > 1 ? arguments.text[1] : "";
    if (!strcmp(word, "--version")) {
        puts("tcpalive " TCPALIVE_VERSION);
        return EXIT_FOUND;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (!strcmp(word, commands[i].name))
            return commands[i].run(&arguments, 2);
    return complain_usage("command", word, "not known; see tcpalive --help");
}
