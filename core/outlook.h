/*
 * outlook: when the connections under a profile are probed, noticed dead, and which idle limits they outlive.
 *
 * Used by explain.
 */
#ifndef CORE_OUTLOOK_H
#define CORE_OUTLOOK_H

#include "plan.h"

/* Milliseconds. */
struct outlook {
    int32_t idle, interval, probes, user_timeout;
    int64_t dead_after;    /* from the last sign of life until the connection ends with an error */
    int64_t survives_over; /* idle limits longer than this are outlived, one lost probe allowed */
};

/* `system`: what counts where the profile leaves an option to the system. */
struct outlook outlook_of(const struct profile *profile, const struct socket_values *system);

#endif
