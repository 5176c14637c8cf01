/*
 * command: what is known of a command in words: its options, its operands, examples.
 *
 * Each system has one table of rows. A row feeds the taking of arguments, help, suggestions and the
 * shells' completions.
 */
#ifndef CORE_COMMAND_H
#define CORE_COMMAND_H

#include "setting.h"

/* An option that is no setting. */
struct option {
    const char *name;     /* `--method` */
    const char *argument; /* `PID`; words in small letters between bars are all that it may be; "": it takes none */
    const char *help;     /* half a sentence */
};

struct command {
    const char *name;
    const char *operands; /* what comes behind the options: `[--] PROGRAM [ARG...]` */
    const char *what;     /* one line: what it does */
    const char *more;     /* a line or two of what else matters; "" */
    bool settings;        /* takes the settings' flags */
    const struct option *options;
    size_t option_count;
    const char *example[2]; /* behind `tcpalive ` */
};

/*
 * A system's commands.h lists its options as X(id, name, argument, help), its commands as
 * X(name, options, operands, settings, what, more, first example, second example). These make rows and ids of them.
 */
#define OPTION_ID(id, name, argument, help)  id,
#define OPTION_ROW(id, name, argument, help) {name, argument, help},
#define COMMAND_ID(name, ...)                COMMAND_##name,
#define COMMAND_ROW(name, list, operands, settings, what, more, first, second)                                         \
    {#name,                                                                                                            \
     operands,                                                                                                         \
     what,                                                                                                             \
     more,                                                                                                             \
     settings,                                                                                                         \
     (const struct option[]){list(OPTION_ROW){NULL, NULL, NULL}},                                                      \
     sizeof(struct option[]){list(OPTION_ROW){NULL, NULL, NULL}} / sizeof(struct option) - 1,                          \
     {first, second}},

/* The row of that name among `count`, or NULL. */
const struct command *command_find(const struct command *commands, size_t count, struct span name);

/* Adds the options' arguments as a choice in words: `auto, preload or both`. */
void command_write_choice(struct text *text, const char *argument);

/* The position of `value` among the words of a choice, -1 when it is none of them; 0 where there is no choice. */
int command_choice(const char *argument, struct span value);

#endif
