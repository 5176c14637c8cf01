/*
 * serve: the far end of a measurement: keeps silent connections, and speaks to each after the silence that it asked
 * for.
 *
 * Called by the command for `measure --serve`. It answers nothing but silence_request's line, once a connection;
 * whatever else comes ends that connection. It holds at most 1,024 at once, each for at most a day.
 */
#ifndef PRELOAD_MEASURE_SERVE_H
#define PRELOAD_MEASURE_SERVE_H

#include "preload/measure/peer.h"

/*
 * Prints where it listens, then runs until SIGINT or SIGTERM; at once back where that cannot be printed. False with
 * `why` when it cannot listen.
 */
bool serve_run(struct peer *where, const char **why);

#endif
