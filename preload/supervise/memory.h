/*
 * memory: reads the memory of a supervised process, and never waits for it.
 *
 * Used by the server, through which every call of the tree goes. A page may be one that somebody else has to fill
 * first: userfaultfd(2), a file of a slow file system, swap. One of a file on a disk comes by itself.
 */
#ifndef PRELOAD_SUPERVISE_MEMORY_H
#define PRELOAD_SUPERVISE_MEMORY_H

#include "preload/supervise/shared.h"

/* Where it says that it reads, and that nobody shall any more. */
void supervise_memory_begin(struct shared *shared);

/*
 * Reads it. False when it cannot be read, or not without waiting; supervise_memory_missed() tells that one
 * had been missing.
 */
bool supervise_memory(pid_t thread, uint64_t address, void *into, size_t size);

/* Was something not read since this was last asked? */
bool supervise_memory_missed(void);

#endif
