/*
 * pidfd: descriptors of processes, and duplicates of those that they hold (pidfd_open(2), pidfd_getfd(2)), which the
 * oldest C libraries we build on have no functions for.
 */
#ifndef PRELOAD_PIDFD_H
#define PRELOAD_PIDFD_H

#include "preload/newer_kernel.h"
#include <sys/types.h>
#include <unistd.h>

/* Both close on exec; -1 with errno. `flags`: 0, or PIDFD_THREAD. */
static inline int pidfd_of(pid_t process, unsigned flags)
{
    return (int)syscall(SYS_pidfd_open, process, flags);
}

static inline int pidfd_take(int pidfd, int number)
{
    return (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
}

#endif
