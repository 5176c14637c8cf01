/*
 * lookup: a symbol's definition among the loaded objects behind ours, without libdl.
 *
 * Used by real when dlsym is not there: before glibc 2.34 it lives in libdl, which a program need not load.
 */
#ifndef PRELOAD_LIBRARY_LOOKUP_H
#define PRELOAD_LIBRARY_LOOKUP_H

/* The default version of the function in the first object after ours that defines it, or NULL. */
void *lookup_behind_us(const char *name);

#endif
