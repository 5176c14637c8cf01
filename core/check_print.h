/*
 * check_print: what `check` says of a program, in words and as JSON.
 *
 * Each system's check fills it: what the file is, which ways there are, which one `run` takes. It decides nothing.
 */
#ifndef CORE_CHECK_PRINT_H
#define CORE_CHECK_PRINT_H

#include "text.h"

/* One way to reach the program, by its name: `preload`. */
struct check_way {
    const char *name;
    bool reached;
    const char *why; /* one sentence without its full stop */
};

struct check {
    const char *name;     /* as the user wrote it */
    const char *path;     /* the file that it means */
    const char *what;     /* what kind of file it is */
    const char *run;      /* the way that run takes; NULL: none */
    const char *left_out; /* what that leaves out; NULL: nothing is known */
    const char *lost;     /* why what the program starts is not reached then; NULL: nothing is known */
    const struct check_way *way;
    size_t ways;
};

/* Adds some lines for people. */
void check_write(struct text *text, const struct check *check);

/* Adds one object. */
void check_write_json(struct text *text, const struct check *check);

#endif
