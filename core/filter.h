/*
 * filter: the setting TCPALIVE_PROGRAMS: `nginx, java*, !javac`.
 *
 * Used by policy to check it and by each library to ask about the program it woke up in.
 */
#ifndef CORE_FILTER_H
#define CORE_FILTER_H

#include "text.h"

/* False with what is wrong in `why`. */
bool filter_check(struct span patterns, struct text *why);

/*
 * Does the library act in a program known by these names? `other` (the file behind a script or link) may be NULL.
 * A name excluded by `!` is out; else it is in when a pattern names it, or when every pattern is an exclusion.
 */
bool filter_admits(struct span patterns, const char *name, const char *other);

#endif
