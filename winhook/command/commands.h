/*
 * commands: the words of each command of tcpalive.exe.
 *
 * A row feeds --help, suggestions and the taking of arguments; what a command does is in the file of its name.
 */
#ifndef WINHOOK_COMMAND_COMMANDS_H
#define WINHOOK_COMMAND_COMMANDS_H

#include "core/command.h"

/* X(ID, name, argument, help): see struct option. The help has 52 columns. */
#define RUN_OPTIONS(X)                                                                                                 \
    X(RUN_METHOD, "--method", "auto|preload", "how the program is reached [auto]")                                     \
    X(RUN_STRICT, "--strict", "", "refuse to run a program that is not reached")

#define EXPLAIN_OPTIONS(X) X(EXPLAIN_JSON, "--json", "", "one object for scripts")

#define CHECK_OPTIONS(X) X(CHECK_JSON, "--json", "", "an array for scripts")

#define LIST_OPTIONS(X)                                                                                                \
    X(LIST_PID, "--pid", "PID", "this process only; may be given again")                                               \
    X(LIST_PORT, "--port", "PORTS", "sockets with this port at either end")                                            \
    X(LIST_PROGRAM, "--program", "NAMES", "these programs only, * allowed, ! excludes")                                \
    X(LIST_OFF, "--off", "", "sockets without keepalive only")                                                         \
    X(LIST_JSON, "--json", "", "an array for scripts")                                                                 \
    X(LIST_OPENMETRICS, "--openmetrics", "", "gauges for a textfile collector")                                        \
    X(LIST_WATCH, "--watch", "", "again every second")

#define ATTACH_OPTIONS(X)                                                                                              \
    X(ATTACH_TREE, "--tree", "", "what the processes have started too")                                                \
    X(ATTACH_PROGRAM, "--program", "NAMES", "processes by name, * allowed, ! excludes")                                \
    X(ATTACH_SERVICE, "--service", "NAME", "the process of this service")                                              \
    X(ATTACH_ALL, "--all", "", "every process that has TCP sockets")                                                   \
    X(ATTACH_DRY_RUN, "--dry-run", "", "show what would be set, set nothing")                                          \
    X(ATTACH_UNDO, "--undo", "", "take back what the same policy had set")                                             \
    X(ATTACH_VERBOSE, "--verbose", "", "a line for each socket")                                                       \
    X(ATTACH_WATCH, "--watch", "", "with --service: again after each restart")

#define MEASURE_OPTIONS(X)                                                                                             \
    X(MEASURE_UP_TO, "--up-to", "DURATION", "the longest silence to try [2h]")                                         \
    X(MEASURE_FROM, "--from", "DURATION", "the shortest one [5s]")                                                     \
    X(MEASURE_PRECISION, "--precision", "DURATION", "how near to bracket the limit")                                   \
    X(MEASURE_CONNECTIONS, "--connections", "COUNT", "how many at once, 1..64 [60]")                                   \
    X(MEASURE_DIRECTION, "--direction", "out|in", "who speaks first after the silence [out]")                          \
    X(MEASURE_SERVE, "--serve", "[ADDRESS:]PORT", "the far end of --direction in")                                     \
    X(MEASURE_JSON, "--json", "", "one object for scripts")

enum { RUN_OPTIONS(OPTION_ID) };
enum { EXPLAIN_OPTIONS(OPTION_ID) };
enum { CHECK_OPTIONS(OPTION_ID) };
enum { LIST_OPTIONS(OPTION_ID) };
enum { ATTACH_OPTIONS(OPTION_ID) };
enum { MEASURE_OPTIONS(OPTION_ID) };

/* X(name, options, operands, settings, what, more, first example, second example) */
#define COMMANDS(X)                                                                                                    \
    X(run, RUN_OPTIONS, "[--] PROGRAM [ARG...]", true, "Runs a program under the policy",                              \
      "Its exit status is handed on. A service is reached by attach --service.",                                       \
      "run --survive aws-nlb -- old-server.exe --port 8080", "run --detect 30s --strict -- client.exe")                \
    X(explain, EXPLAIN_OPTIONS, "", true, "Prints the policy in force and what it comes to",                           \
      "Each value and its source, when a dead peer is noticed, what is survived.", "explain --survive aws-nlb",        \
      "explain --detect 30s --json")                                                                                   \
    X(check, CHECK_OPTIONS, "[--] PROGRAM...", false, "Says whether and how programs can be reached",                  \
      "Nothing is run. Exit status 0: run reaches them, 1: it does not.", "check old-server.exe",                      \
      "check --json server.exe helper.exe")                                                                            \
    X(list, LIST_OPTIONS, "", false, "Shows TCP sockets and their real keepalive values",                              \
      "They are read back from the system; nothing is changed.", "list --port 5432", "list --json --pid 4711")         \
    X(attach, ATTACH_OPTIONS, "[PID...]", true, "Applies the policy to running programs",                              \
      "The library is loaded into them and stays.", "attach --survive aws-nlb 4711",                                   \
      "attach --idle 60s --service NAME --watch")                                                                      \
    X(measure, MEASURE_OPTIONS, "HOST:PORT", false,                                                                    \
      "Finds how long the path to a service remembers a silent connection",                                            \
      "Silent connections are opened, each with another idle time.", "measure db.example.com:5432",                    \
      "measure --up-to 10m --json db.example.com:5432")

enum command_id { COMMANDS(COMMAND_ID) COMMAND_COUNT };

/* By enum command_id. */
extern const struct command commands[];

#endif
