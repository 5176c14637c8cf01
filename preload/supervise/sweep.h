/*
 * sweep: connections that no notified call tells of, put under the policy a moment later; dead peers noticed and named.
 *
 * The guardian's: looks every now and then through the processes that watch names, and through what descends from them.
 * What it costs is bounded by throttle.h; the server answers meanwhile.
 */
#ifndef PRELOAD_SUPERVISE_SWEEP_H
#define PRELOAD_SUPERVISE_SWEEP_H

#include "core/policy.h"
#include "preload/supervise/shared.h"

/* In a process that becomes the guardian. */
void supervise_sweep_begin(const struct policy *policy, const struct shared *shared);

/* Milliseconds until the next look is due, 0 when it is; -1 when there is nothing to look at. */
int supervise_sweep_due(const struct shared *shared);

/* Looks through them all. */
void supervise_sweep(struct shared *shared);

/* The tree has ended, maybe of the death of a connection: says so of those whose time had come. */
void supervise_sweep_end(void);

#endif
