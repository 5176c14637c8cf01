/*
 * pace: how often something may be repeated that costs time.
 *
 * Used by attach --watch and by supervise's sweep: several times a second, and never more than a twentieth of
 * the time.
 */
#ifndef PRELOAD_REMOTE_THROTTLE_H
#define PRELOAD_REMOTE_THROTTLE_H

struct pace {
    long long began, due; /* milliseconds of CLOCK_MONOTONIC */
};

void pace_begin(struct pace *pace);
void pace_end(struct pace *pace);

/* Milliseconds until it is due again; 0 when it is. */
int pace_left(const struct pace *pace);

#endif
