/*
 * help: what the tables of commands and settings look like on a screen of 80 columns and 24 lines.
 */
#ifndef CORE_HELP_H
#define CORE_HELP_H

#include "command.h"

enum { HELP_SIZE = 8192 };

/* All commands, a line each. */
void help_write(struct text *text, const struct command *commands, size_t count);

/* One command: how it is called, what it does, its options, two examples. */
void help_write_command(struct text *text, const struct command *command);

/*
 * A line for each setting: flag, argument, what it is, its default. `system_log` is the word for the system's own log:
 * `syslog`, on Windows `debugger`.
 */
void help_write_settings(struct text *text, const char *system_log);

/* What a call without a command gets. */
void help_write_usage(struct text *text, const struct command *commands, size_t count);

/* Adds `must be run, list or ...` and which command may have been meant. Returns whether one is near. */
bool help_write_unknown(struct text *text, const struct command *commands, size_t count, const char *word);

/* One system's command as a whole. */
struct help_desk {
    const struct command *commands;
    size_t count;
    const char *version;                  /* `1.0.0` */
    const char *system_log;               /* see help_write_settings() */
    bool (*is_program)(const char *word); /* could `tcpalive run WORD` start it? */
};

/*
 * The answer to a command line whose first word is no command of the table's: help, the version, or what is wrong with
 * it. True: an answer that was asked for.
 */
bool help_answer(struct text *text, const struct help_desk *desk, int argc, char *const *argv);

#endif
