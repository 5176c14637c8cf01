/*
 * actions: what a program does under a filter of its own. sandbox.c puts the filters on.
 */
#ifndef TESTS_TARGETS_HOST_ACTIONS_H
#define TESTS_TARGETS_HOST_ACTIONS_H

struct action {
    const char *name;
    int number;        /* of the only system call that the program makes for it */
    int call;          /* where that is socketcall(2): which one; 0: none of those */
    long (*run)(void); /* below 0: it did not work */
};

/* Everything that an action needs, before the filter. */
void actions_prepare(void);

/* Ends the program where there is none of that name. */
const struct action *actions_find(const char *name);

#endif
