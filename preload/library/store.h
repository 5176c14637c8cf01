/*
 * store: the library's large variables, of which most processes write little or nothing.
 *
 * They are one variable, and a common one: the linker puts it behind all others, whatever the order of the files. So
 * all small variables and the policy's beginning, which is all that every process writes, share a page.
 */
#ifndef PRELOAD_LIBRARY_STORE_H
#define PRELOAD_LIBRARY_STORE_H

#include "core/policy.h"

/* Of socket numbers: see notes. */
struct note {
    uint64_t socket; /* 0: none */
    uint16_t said;
    bool said_off;
};

struct store {
    struct policy policy;       /* start: as it was read; its numbers come first, rules behind them */
    struct note notes[64];      /* notes */
    char complaints[16 * 1024]; /* complaints: one after the other, each with its terminator */
    char environment[128 *
                     1024]; /* follow: of all variables; the kernel takes no single one longer than that: execve(2) */
};

extern struct store store __attribute__((visibility("hidden")));

#endif
