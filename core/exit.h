/*
 * exit: what the command's exit codes mean, the same on every system. Any other code is the program's own.
 */
#ifndef CORE_EXIT_H
#define CORE_EXIT_H

/* No exit code: the command goes on. */
enum { GO_ON = -1 };

enum {
    EXIT_DONE = 0,
    EXIT_UNREACHED = 1,        /* it was asked for and is not so: a program not reached, a process not looked into */
    EXIT_OURS = 125,           /* tcpalive's own failure, or wrong usage */
    EXIT_NOT_EXECUTABLE = 126, /* the program cannot be executed */
    EXIT_NOT_FOUND = 127       /* the program is not found */
};

#endif
