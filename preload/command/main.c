/*
 * main: `tcpalive COMMAND [ARG...]`: finds the command and hands over; --help and --version.
 */
#include "core/help.h"
#include "preload/command/attach.h"
#include "preload/command/cgroup.h"
#include "preload/command/check.h"
#include "preload/command/enable.h"
#include "preload/command/explain.h"
#include "preload/command/list.h"
#include "preload/command/measure.h"
#include "preload/command/run.h"
#include "preload/command/say.h"
#include <stdio.h>
#include <string.h>

/* Where our library was preloaded it looks for this name and leaves the process alone. */
__attribute__((used, visibility("default"))) const char tcpalive_itself = 1;

enum { HELP_SIZE = 8192 };

/* X(name, synopsis, what it does) */
#define COMMANDS(X)                                                                                                    \
    X(run, "run [settings] [--method METHOD] [--strict] [--] PROGRAM [ARG...]",                                        \
      "runs the program under the policy, in place")                                                                   \
    X(explain, "explain [settings] [--json]", "prints the policy in force and what it comes to")                       \
    X(check, "check [--] PROGRAM", "says whether and how the program can be reached")                                  \
    X(list, "list [--pid PID] [--port PORTS] [--program NAMES] [--off] [--json | --openmetrics] [--watch]",            \
      "shows every TCP socket and its real keepalive values")                                                          \
    X(attach,                                                                                                          \
      "attach [settings] [--tree] [--port PORTS] [--program NAMES] [--unit UNIT] [--all]"                              \
      " [--dry-run | --undo] [--verbose] [--watch] [PID...]",                                                          \
      "applies the policy to running programs")                                                                        \
    X(cgroup, "cgroup [settings] [--detach | --replace | --status] PATH | --own | --unit UNIT | --pid PID",            \
      "applies it to every program in a control group, in the kernel (root)")                                          \
    X(enable, "enable [settings] [--method METHOD] [--now] UNIT",                                                      \
      "puts a service or slice of systemd under the policy at every start (root)")                                     \
    X(disable, "disable [--now] UNIT", "takes that away again")                                                        \
    X(measure, "measure [--up-to DURATION] [--json] HOST:PORT | -- PROGRAM [ARG...] | --serve PORT",                   \
      "finds how long the path to a service remembers a silent connection")

static const struct {
    const char *name, *synopsis, *what;
    int (*main)(int argc, char **argv);
} commands[] = {
#define X(name, synopsis, what) {#name, synopsis, what, name##_main},
    COMMANDS(X)
#undef X
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static int help(void)
{
    char buffer[HELP_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    text_add(&text, "tcpalive keeps the TCP connections of unmodified programs alive and notices dead peers.\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        text_add(&text, i ? "       tcpalive " : "Usage: tcpalive ");
        text_add(&text, commands[i].synopsis);
        text_add(&text, "\n           ");
        text_add(&text, commands[i].what);
        text_add_char(&text, '\n');
    }
    text_add(&text,
             "\nSettings, each also a variable (--user-timeout is TCPALIVE_USER_TIMEOUT) that the flag overrides:\n");
    help_write_settings(&text, "syslog");
    text_add(&text, "\nDurations: 90s, 1h30m, 500ms; a bare number is seconds. 'system' leaves an option as the "
                    "system sets it.\n"
                    "METHOD is auto, preload, supervise, both or cgroup.\n"
                    "Exit status: the program's; 125 tcpalive failed, 126 PROGRAM cannot be executed, 127 it is "
                    "not found.\n");
    return fwrite(buffer, 1, text.used, stdout) == text.used && fflush(stdout) == 0 ? 0 : EXIT_OURS;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return help();
    if (strcmp(name, "--version") == 0)
        return puts("tcpalive " TCPALIVE_VERSION) < 0 || fflush(stdout) != 0 ? EXIT_OURS : 0;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(name, commands[i].name) != 0)
            continue;
        if (argc > 2 && strcmp(argv[2], "--help") == 0)
            return help();
        return commands[i].main(argc - 1, argv + 1);
    }
    return say_usage(
        "command", name,
        "must be run, explain, check, list, attach, cgroup, enable, disable or measure; see tcpalive --help");
}
