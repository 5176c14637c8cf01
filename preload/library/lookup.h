/*
 * lookup: a symbol's definition among the loaded objects behind ours: what dlsym(RTLD_NEXT) would find.
 *
 * Not by dlsym: before glibc 2.34 it allocates, and an allocator that makes its first system call through ours
 * would wait for itself; it may leave an error for the program's dlerror to find; and it costs a process's start
 * ten times as much.
 */
#ifndef PRELOAD_LIBRARY_LOOKUP_H
#define PRELOAD_LIBRARY_LOOKUP_H

/* The default version of the function in the first object after ours that defines it, or NULL. */
void *lookup_behind_us(const char *name);

#endif
