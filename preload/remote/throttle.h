/*
 * throttle: how often something may be repeated that costs time.
 *
 * Looks at running programs happen five times a second, and never take more than a twentieth of a processor. Only the
 * time that this process computes counts: a busy machine makes no look later than it must.
 */
#ifndef PRELOAD_REMOTE_THROTTLE_H
#define PRELOAD_REMOTE_THROTTLE_H

struct throttle {
    long long used; /* microseconds that the process had computed when it began */
    long long due;  /* microseconds of CLOCK_MONOTONIC */
};

void throttle_begin(struct throttle *pace);
void throttle_end(struct throttle *pace);

/* Milliseconds until it is due again; 0 when it is. */
int throttle_left(const struct throttle *pace);

#endif
