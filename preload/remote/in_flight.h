/*
 * in_flight: a dead peer noticed with data in flight, by looking at what waits.
 *
 * Used where connections are looked at from outside, several times a second: supervise, attach --watch. core/flight.h
 * decides; this reads TCP_INFO (tcp(7)) through a duplicate of the descriptor and sets or takes back the user timeout
 * with which the kernel ends the connection.
 */
#ifndef PRELOAD_REMOTE_IN_FLIGHT_H
#define PRELOAD_REMOTE_IN_FLIGHT_H

#include "core/flight.h"
#include "core/plan.h"

/* A TCP connection and the plan that covers it: judges, and does what the verdict says, which it returns. */
enum flight_verdict in_flight_look(const struct policy *policy, const struct plan *plan, int fd);

/* Takes back a bound of this module's, for who stops looking; any other user timeout stands. */
void in_flight_release(int fd);

#endif
