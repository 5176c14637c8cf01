/*
 * deaths: which connections the kernel ended by itself, because their peer did not answer.
 *
 * For who looks at connections again and again (attach --watch): one that was silent at the last look and now is
 * closed, or gone from its program, with all its probes or its data unanswered and no sooner than the kernel would have
 * ended it, was ended by keepalive or by its user timeout. It asks for nothing that the program wants to read itself
 * (SO_ERROR), so that a connection which the program closes in the very moment is not told from that.
 */
#ifndef PRELOAD_REMOTE_DEATHS_H
#define PRELOAD_REMOTE_DEATHS_H

#include "core/log.h"
#include "preload/remote/descriptors.h"
#include "preload/remote/process.h"
#include <stddef.h>

struct death {
    uint64_t inode;
    char program[PROCESS_NAME_SIZE];
    struct log_ending last;
    long long silent_since,
        due;        /* milliseconds of CLOCK_MONOTONIC: the last answer; when the kernel ends it at the earliest */
    uint32_t limit; /* probes that must be unanswered by then; 0: time alone counts */
    bool seen;      /* in this pass */
    size_t next;    /* of the same bucket, plus 1; 0: none */
};

enum { DEATHS_BUCKETS = 1024 };

struct deaths {
    struct death *one; /* those that are silent now, mostly none; freed by deaths_free() */
    size_t count, room;
    size_t bucket[DEATHS_BUCKETS]; /* by inode, plus 1: all connections to a host die in one moment */
    void (*tell)(const struct log_ending *ending);
};

/* Looks at a TCP socket, in every pass. */
void deaths_look(struct deaths *deaths, const struct descriptors_found *found);

/* The pass is over: what was not seen in it is gone. */
void deaths_pass_over(struct deaths *deaths);

void deaths_free(struct deaths *deaths);

#endif
