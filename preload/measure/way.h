/*
 * way: how a silent connection is had: one of our own, or one that the user's own client makes.
 *
 * Called by measure, which knows what to try and when it is enough; `at` is the trial's place in the row that is open.
 */
#ifndef PRELOAD_MEASURE_WAY_H
#define PRELOAD_MEASURE_WAY_H

#include "core/bracket.h"

struct measure;

struct measure_way {
    int pace_ms; /* from one start to the next */
    /* Begins it. 0; or an errno of this machine's own, with which the measurement cannot go on. */
    int (*open)(struct measure *measure, struct trial *trial, size_t at);
    /* Looks what has become of it. */
    void (*look)(struct measure *measure, struct trial *trial, size_t at);
    /* Ends all that are open. */
    void (*close)(struct measure *measure);
};

extern const struct measure_way measure_silent;  /* connections of our own, probed after their silence */
extern const struct measure_way measure_spoken;  /* of our own to `measure --serve`, which speaks after it */
extern const struct measure_way measure_clients; /* those of programs */

#endif
