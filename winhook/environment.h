/*
 * environment: variables as one block of UTF-8 text, `NAME=VALUE` after `NAME=VALUE`, each terminated, the
 * last followed by an empty one.
 *
 * The library reads its settings from such a block: this process's own, or the one that attach hands over.
 * The command makes them.
 */
#ifndef WINHOOK_ENVIRONMENT_H
#define WINHOOK_ENVIRONMENT_H

#include <windows.h>

/* This process's variables; never freed, because the policy keeps pointers into it. NULL without memory. */
char *environment_copy(void);

/* Value of a variable, its name in any case; NULL when unset. */
const char *environment_find(const char *block, const char *name);

#endif
