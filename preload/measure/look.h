/*
 * look: what became of a connection that should be silent, seen through a descriptor of it.
 *
 * Used by measure for connections of its own and for duplicates of other programs'. It reads TCP_INFO (tcp(7),
 * Linux 4.2), never the connection's data or its pending error, which belong to whoever made it. Times are
 * milliseconds of CLOCK_MONOTONIC.
 */
#ifndef PRELOAD_MEASURE_LOOK_H
#define PRELOAD_MEASURE_LOOK_H

#include "core/measurement.h"

/* Until a lost connection is given up: so many probes, a second apart. */
enum { LOOK_PROBES = 5, LOOK_INTERVAL_MS = 1000 };

enum look_state { LOOK_GONE, LOOK_CONNECTING, LOOK_OPEN, LOOK_LOST };

struct look {
    int64_t began; /* 0: not established yet */
    int64_t
        quiet_since; /* the last sign of either side, its probes and their answers but the first taken for silence */
    int64_t acked;   /* when something of the peer's last counted for the kernel's own idle time */
    uint32_t segments_in, segments_out;
    uint64_t bytes;
    unsigned talked; /* how often a silence was broken */
};

int64_t look_now(void);

/* Brings the trial up to date. */
enum look_state look_at(struct look *look, int fd, struct trial *trial);

/* Puts in that it was lost in that way now. */
void look_lost(const struct look *look, struct trial *trial, enum trial_outcome how);

/*
 * Keepalive on, probed after `idle_ms`, the further values as above. 0, or an errno; EBUSY when another policy that
 * stands on the socket keeps it from being so.
 */
int look_prepare(int fd, int32_t idle_ms);

/* Are these its values already? */
bool look_is_prepared(int fd, int32_t idle_ms);

#endif
