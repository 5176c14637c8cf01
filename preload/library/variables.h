/*
 * variables: the environment as the program began with it, read once.
 *
 * Used by start. One pass picks the few entries that begin like a name that anybody asks for; each question then looks
 * at those alone, since there are some forty questions and environments are long.
 */
#ifndef PRELOAD_LIBRARY_VARIABLES_H
#define PRELOAD_LIBRARY_VARIABLES_H

enum { VARIABLES_MAX = 96 };

struct variables {
    char **all;
    int count; /* of the picked ones; above VARIABLES_MAX: they did not all fit, and `all` is searched */
    char *picked[VARIABLES_MAX];
};

void variables_pick(struct variables *variables, char **environment);

/* The value, or NULL. `context` is a struct variables: for struct policy_source. */
const char *variables_find(void *context, const char *name);

/* The picked entries, or all; ended by NULL. */
char **variables_list(struct variables *variables);

#endif
