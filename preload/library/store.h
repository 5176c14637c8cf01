/*
 * store: memory for what few processes have: rules, complaints, settings to be handed on.
 *
 * Mapped when the first of them comes, which is at the start, and kept. Variables of that size would cost every process
 * a mapping: a fifth of the time that it takes to load the library.
 */
#ifndef PRELOAD_LIBRARY_STORE_H
#define PRELOAD_LIBRARY_STORE_H

#include "core/policy.h"

/* The first: as long as one variable may be, execve(2). The second: of all variables that children get back. */
enum { STORE_TEXT = 128 * 1024, STORE_FOLLOW = 128 * 1024, STORE_COMPLAINTS = 16 * 1024 };

struct store {
    struct policy_room rules;
    char rules_text[STORE_TEXT];
    char follow[STORE_FOLLOW];
    char complaints[STORE_COMPLAINTS];
};

/* NULL when the system gives no memory. */
struct store *store_open(void);

#endif
