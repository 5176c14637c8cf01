/*
 * measure: how long does this path remember a silent connection?
 *
 * Called by the command of that name. It opens connections that stay silent for different times until core's bracket
 * says that the limit is known, shows its progress on a terminal, and ends them all. It sends no payload, but to its
 * own kind (serve), and leaves no mark on its packets. Times are milliseconds.
 */
#ifndef PRELOAD_MEASURE_MEASURE_H
#define PRELOAD_MEASURE_MEASURE_H

#include "core/measurement.h"
#include "preload/measure/peer.h"
#include "preload/measure/way.h"
#include <stdint.h>
#include <sys/types.h>

struct measure {
    struct measurement rows;
    const struct measure_way *way;
    struct peer peer;
    int first_fd;   /* a connection made already, or -1 */
    char **program; /* the client to start, ended by NULL */
    uint16_t port;  /* which of its connections; 0: its only one */
};

/* 0 when there is something to tell; or an errno of this machine's own. */
int measure_run(struct measure *measure);

#endif
