/*
 * commands: the words of each command of `tcpalive` on Linux.
 *
 * A row feeds --help, suggestions, the taking of arguments and the shells' completions; what a command does is in the
 * file of its name. To add a command: its options and its row here, and NAME_main(argc, argv) in a file of its own.
 */
#ifndef PRELOAD_COMMAND_COMMANDS_H
#define PRELOAD_COMMAND_COMMANDS_H

#include "core/command.h"

/* X(id, name, argument, help): see struct option. The help has 52 columns. */
#define RUN_OPTIONS(X)                                                                                                 \
    X(RUN_METHOD, "--method", "auto|preload|supervise|both|cgroup", "how the program is reached [auto]")               \
    X(RUN_STRICT, "--strict", "", "refuse to run a program that is not reached")

#define EXPLAIN_OPTIONS(X) X(EXPLAIN_JSON, "--json", "", "one object for scripts")

#define CHECK_OPTIONS(X) X(CHECK_JSON, "--json", "", "an array for scripts")

#define LIST_OPTIONS(X)                                                                                                \
    X(LIST_PID, "--pid", "PID", "this process only; may be given again")                                               \
    X(LIST_PORT, "--port", "PORTS", "with such a port at either end: 80,443,8000-8099")                                \
    X(LIST_PROGRAM, "--program", "NAMES", "these programs only, * allowed, ! excludes")                                \
    X(LIST_OFF, "--off", "", "sockets without keepalive only")                                                         \
    X(LIST_JSON, "--json", "", "an array for scripts")                                                                 \
    X(LIST_OPENMETRICS, "--openmetrics", "", "gauges for a textfile collector")                                        \
    X(LIST_WATCH, "--watch", "", "again every second")                                                                 \
    X(LIST_ANYWAY, "--anyway", "", "also where looking moves sockets to our net_cls class")

#define ATTACH_OPTIONS(X)                                                                                              \
    X(ATTACH_TREE, "--tree", "", "what the processes have started too")                                                \
    X(ATTACH_PORT, "--port", "PORTS", "with such a port at either end: 80,443,8000-8099")                              \
    X(ATTACH_PROGRAM, "--program", "NAMES", "processes by name, * allowed, ! excludes")                                \
    X(ATTACH_UNIT, "--unit", "UNIT", "the processes of a unit of systemd")                                             \
    X(ATTACH_ALL, "--all", "", "every process")                                                                        \
    X(ATTACH_DRY_RUN, "--dry-run", "", "show what would be set, set nothing")                                          \
    X(ATTACH_UNDO, "--undo", "", "take back what the same policy had set")                                             \
    X(ATTACH_VERBOSE, "--verbose", "", "a line for each socket")                                                       \
    X(ATTACH_WATCH, "--watch", "", "stay, for connections that are made later")                                        \
    X(ATTACH_ANYWAY, "--anyway", "", "also where it moves sockets to our net_cls class")

#define ENABLE_OPTIONS(X)                                                                                              \
    X(ENABLE_NOW, "--now", "", "restart it, so that the policy counts at once")                                        \
    X(ENABLE_METHOD, "--method", "auto|cgroup|preload", "how its programs are reached [auto]")

#define DISABLE_OPTIONS(X) X(DISABLE_NOW, "--now", "", "restart it, so that it is left alone at once")

#define MEASURE_OPTIONS(X)                                                                                             \
    X(MEASURE_UP_TO, "--up-to", "DURATION", "the longest silence to try [2h]")                                         \
    X(MEASURE_FROM, "--from", "DURATION", "the shortest one [5s]")                                                     \
    X(MEASURE_PRECISION, "--precision", "DURATION", "how near to bracket the limit")                                   \
    X(MEASURE_CONNECTIONS, "--connections", "COUNT", "how many at once, 1..64 [60; 24 for a PROGRAM]")                 \
    X(MEASURE_DIRECTION, "--direction", "out|in", "who speaks first after the silence [out]")                          \
    X(MEASURE_PORT, "--port", "PORT", "the service's, for a PROGRAM that has others too")                              \
    X(MEASURE_SERVE, "--serve", "[ADDRESS:]PORT", "the far end of --direction in")                                     \
    X(MEASURE_JSON, "--json", "", "one object for scripts")

#define CGROUP_OPTIONS(X)                                                                                              \
    X(CGROUP_OWN, "--own", "", "the group that this command is in")                                                    \
    X(CGROUP_UNIT, "--unit", "UNIT", "the group of a unit of systemd")                                                 \
    X(CGROUP_PID, "--pid", "PID", "the group of a process: a container by its first one")                              \
    X(CGROUP_DETACH, "--detach", "", "take the policy away")                                                           \
    X(CGROUP_REPLACE, "--replace", "", "take the place of the policy that is there")                                   \
    X(CGROUP_STATUS, "--status", "", "every group's policy and what it has done")                                      \
    X(CGROUP_JSON, "--json", "", "--status as an array for scripts")

enum { RUN_OPTIONS(OPTION_ID) };
enum { EXPLAIN_OPTIONS(OPTION_ID) };
enum { CHECK_OPTIONS(OPTION_ID) };
enum { LIST_OPTIONS(OPTION_ID) };
enum { ATTACH_OPTIONS(OPTION_ID) };
enum { CGROUP_OPTIONS(OPTION_ID) };
enum { ENABLE_OPTIONS(OPTION_ID) };
enum { DISABLE_OPTIONS(OPTION_ID) };
enum { MEASURE_OPTIONS(OPTION_ID) };

/* X(name, options, operands, settings, what, more, first example, second example) */
#define COMMANDS(X)                                                                                                    \
    X(run, RUN_OPTIONS, "[--] PROGRAM [ARG...]", true, "Runs a program under the policy, in place",                    \
      "It keeps its process id, exit status and signals.", "run --survive aws-nlb -- ./old-server --port 8080",        \
      "run --detect 30s --strict -- redis-cli -h db.example.com")                                                      \
    X(explain, EXPLAIN_OPTIONS, "", true, "Prints the policy in force and what it comes to",                           \
      "Each value and its source, when a dead peer is noticed, what is survived.", "explain --survive aws-nlb",        \
      "explain --detect 30s --json")                                                                                   \
    X(check, CHECK_OPTIONS, "[--] PROGRAM...", false, "Says whether and how programs can be reached",                  \
      "Nothing is run. Exit status 0: run reaches them, 1: it does not.", "check /usr/sbin/nginx",                     \
      "check --json ./old-server ./its-helper")                                                                        \
    X(list, LIST_OPTIONS, "", false, "Shows TCP sockets and their real keepalive values",                              \
      "They are read back from the kernel; nothing is changed.", "list --port 5432", "list --json --pid 4711")         \
    X(attach, ATTACH_OPTIONS, "[PID...]", true, "Applies the policy to running programs", "They are not stopped.",     \
      "attach --survive aws-nlb --tree 4711", "attach --idle 60s --port 5432 --verbose --all")                         \
    X(cgroup, CGROUP_OPTIONS, "[PATH]", true, "Applies the policy to a control group, in the kernel",                  \
      "Every program in it is reached, static and Go ones too. Takes root.",                                           \
      "cgroup --survive aws-nlb --unit nginx.service", "cgroup --status")                                              \
    X(enable, ENABLE_OPTIONS, "UNIT", true, "Puts a service of systemd under the policy at every start",               \
      "By a drop-in of its own. A slice is taken with all in it. Takes root.",                                         \
      "enable --survive aws-nlb --now redis-server.service", "enable --mode respect system.slice")                     \
    X(disable, DISABLE_OPTIONS, "UNIT", false, "Takes away what enable has put there", "Nothing of it is left.",       \
      "disable redis-server.service", "disable --now redis-server.service")                                            \
    X(measure, MEASURE_OPTIONS, "HOST:PORT | -- PROGRAM [ARG...]", false,                                              \
      "Finds how long the path to a service remembers a silent connection",                                            \
      "PROGRAM is a client of the service, started as often as there are silences.",                                   \
      "measure --up-to 10m db.example.com:5432", "measure -- psql -h db.example.com")

enum command_id { COMMANDS(COMMAND_ID) COMMAND_COUNT };

/* By enum command_id. */
extern const struct command commands[];

#endif
