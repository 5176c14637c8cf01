/*
 * main: `tcpalive COMMAND [ARG...]`: finds the command and hands over; --help and --version.
 */
#include "command.h"
#include "core/help.h"
#include "say.h"
#include "winhook/library/start.h"
#include <stdio.h>
#include <string.h>

enum { HELP_SIZE = 8192 };

/* X(name, synopsis, what it does) */
#define COMMANDS(X)                                                                                                    \
    X(run, "run [settings] [--strict] [--] PROGRAM [ARG...]", "runs the program under the policy")                     \
    X(explain, "explain [settings] [--json]", "prints the policy in force and what it comes to")                       \
    X(check, "check [--] PROGRAM", "says whether and how the program can be reached")                                  \
    X(list, "list [--pid PID] [--port PORT] [--json] [--watch]",                                                       \
      "shows every TCP socket and its real keepalive values")                                                          \
    X(attach, "attach [settings] PID...", "applies the policy to running programs")                                    \
    X(measure, "measure [--up-to DURATION] [--json] HOST:PORT",                                                        \
      "finds how long the path to a service remembers a silent connection")

static const struct {
    const char *name, *synopsis, *what;
    int (*run)(const struct arguments *arguments, int at);
} commands[] = {
#define X(name, synopsis, what) {#name, synopsis, what, command_##name},
    COMMANDS(X)
#undef X
        {"inject", NULL, NULL, command_inject}, /* for ourselves: reaches processes of the other word size */
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static int help(void)
{
    char buffer[HELP_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    text_add(&text, "tcpalive keeps the TCP connections of unmodified programs alive and notices dead peers.\n\n");
    for (size_t i = 0; i < COMMAND_COUNT && commands[i].synopsis; i++) {
        text_add(&text, i ? "       tcpalive " : "Usage: tcpalive ");
        text_add(&text, commands[i].synopsis);
        text_add(&text, "\n           ");
        text_add(&text, commands[i].what);
        text_add_char(&text, '\n');
    }
    text_add(&text, "\nSettings, each also a variable (--user-timeout is TCPALIVE_USER_TIMEOUT) that the "
                    "flag overrides:\n");
    help_write_settings(&text, "debugger");
    text_add(&text, "\nDurations: 90s, 1h30m, 500ms; a bare number is seconds. 'system' leaves an option as "
                    "the system sets it.\n"
                    "A service is reached by attach.\n"
                    "Exit status: the program's; 125 tcpalive failed, 126 PROGRAM cannot be executed, 127 it "
                    "is not found.\n");
    return fwrite(buffer, 1, text.used, stdout) == text.used && !fflush(stdout) ? EXIT_DONE : EXIT_OWN;
}

int wmain(void);

int wmain(void)
{
    struct arguments arguments = arguments_of(GetCommandLineW());
    const char *word = arguments.count > 1 ? arguments.text[1] : "";
    if (!strcmp(word, "--help") || !strcmp(word, "-h"))
        return help();
    if (!strcmp(word, "--version"))
        return puts(tcpalive_version) < 0 || fflush(stdout) ? EXIT_OWN : EXIT_DONE;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(word, commands[i].name))
            continue;
        if (arguments.count > 2 && !strcmp(arguments.text[2], "--help"))
            return help();
        return commands[i].run(&arguments, 2);
    }
    return say_usage("command", word, "must be run, explain, check, list, attach or measure; see tcpalive --help");
}
