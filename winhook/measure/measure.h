/*
 * measure: how long does this path remember a silent connection?
 *
 * Called by the command of that name. It opens connections that stay silent for different times until core's
 * measurement says that the limit is known, shows its progress on a console, and ends them all. It sends no payload,
 * but to its own kind (serve). Ctrl-C, Ctrl-Break and the end of the console end it early.
 */
#ifndef WINHOOK_MEASURE_MEASURE_H
#define WINHOOK_MEASURE_MEASURE_H

#include "core/measurement.h"
#include "peer.h"

struct measure {
    struct measurement rows;
    struct peer peer;
};

/* 0 when there is something to tell, or a Winsock error of this machine's own. */
int measure_run(struct measure *measure);

#endif
