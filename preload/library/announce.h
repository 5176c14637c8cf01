/*
 * announce: tells a supervisor beside the library that this process is there.
 *
 * Connections that the library covers go past a supervisor without waiting for it. Where it looks at connections
 * again and again, for dead peers, it must know whose: each process says so once, before its first one, by a call
 * that is nothing else.
 */
#ifndef PRELOAD_LIBRARY_ANNOUNCE_H
#define PRELOAD_LIBRARY_ANNOUNCE_H

#include "core/policy.h"

/* At the start, and once more when the rules are read: until then it is wanted where there are any. */
void announce_prepare(const struct policy *policy);

extern bool announce_wanted __attribute__((visibility("hidden")));

/* Makes two calls in a process that has not said so, where it is wanted, else one or none. */
void announce_process(void);

static inline __attribute__((always_inline)) void announce(void)
{
    if (__atomic_load_n(&announce_wanted, __ATOMIC_RELAXED))
        announce_process();
}

#endif
