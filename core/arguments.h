/*
 * arguments: the words behind a command's name, one after the other.
 *
 * Settings go to `flags` by themselves, options are found in the command's row; what is neither is told with what may
 * have been meant. It keeps pointers into the words.
 */
#ifndef CORE_ARGUMENTS_H
#define CORE_ARGUMENTS_H

#include "command.h"
#include "flags.h"

struct arguments {
    const struct command *command;
    int count;
    char *const *word; /* word[0] is the command's name */
    int at;            /* the next one */
    bool operands;     /* `--` was seen: nothing behind it is an option */
    struct flags flags;
    int option;                         /* which of the row's */
    int choice;                         /* which of the words that its value may be */
    const char *value;                  /* the option's value, "" for a switch; the operand */
    void (*say_line)(const char *line); /* for arguments_take(): on stderr, and on stdout */
    int (*say_answer)(const struct text *answer);
};

enum argument {
    ARGUMENT_END,
    ARGUMENT_OPTION,
    ARGUMENT_OPERAND, /* it is word[at - 1] */
    ARGUMENT_HELP,    /* --help */
    ARGUMENT_WRONG
};

struct arguments arguments_of(const struct command *command, int count, char *const *word);

/* The next one. ARGUMENT_WRONG: the whole line to say is added to `line`. */
enum argument arguments_next(struct arguments *arguments, struct text *line);

/*
 * The next option or operand. ARGUMENT_END also when the command must end at once, with `*result` as its exit code:
 * EXIT_OURS after what is wrong was said, what `say_answer` returned after help. Else `*result` is left alone.
 */
enum argument arguments_take(struct arguments *arguments, int *result);

#endif
