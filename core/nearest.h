/*
 * nearest: which of the right names somebody may have meant by a wrong one.
 *
 * Asked wherever a command, flag, word, middlebox or variable is not known. It only compares letters: upper and lower
 * case, and dash and underscore, are the same to it.
 */
#ifndef CORE_NEAREST_H
#define CORE_NEAREST_H

#include "text.h"

enum { NEAREST_SIZE = 32 };

struct nearest {
    struct span word;
    unsigned distance;
    char name[NEAREST_SIZE]; /* empty: none is near */
};

struct nearest nearest_to(struct span word);

/* A right name. The nearest of all that were offered stays, of two as near the first. */
void nearest_offer(struct nearest *nearest, const char *name);

/* Adds `; did you mean PREFIXname?`, or nothing. */
void nearest_add(struct text *text, const struct nearest *nearest, const char *prefix);

#endif
