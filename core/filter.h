/*
 * filter: the setting TCPALIVE_PROGRAMS: `nginx, java*, !javac`.
 *
 * Policy checks it; libraries, supervisor and attach ask about the program that they are in or before.
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

/* The same where files' names have no case: of ASCII's letters. */
bool filter_admits_any_case(struct span patterns, const char *name, const char *other);

#endif
