/*
 * throttle: how often something may be repeated that costs time.
 *
 * Used by attach --watch and by supervise's sweep: several times a second, and never more than a twentieth of
 * the time.
 */
#ifndef PRELOAD_REMOTE_THROTTLE_H
#define PRELOAD_REMOTE_THROTTLE_H

struct throttle {
    long long began, due; /* milliseconds of CLOCK_MONOTONIC */
};

void throttle_begin(struct throttle *pace);
void throttle_end(struct throttle *pace);

/* Milliseconds until it is due again; 0 when it is. */
int throttle_left(const struct throttle *pace);

#endif
