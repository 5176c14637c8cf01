/*
 * serve: the far end of a measurement: keeps silent connections, and speaks to each after the silence that it asked
 * for.
 *
 * Called by the command for `measure --serve`. It answers nothing but silence_request's line, once a connection;
 * whatever else comes ends that connection. It holds at most 1,024 at once, each for at most a day.
 */
#ifndef WINHOOK_MEASURE_SERVE_H
#define WINHOOK_MEASURE_SERVE_H

#include "peer.h"

/*
 * Says where it listens, then runs until Ctrl-C, Ctrl-Break or the console's end. 0, or a Winsock error when
 * it cannot listen.
 */
int serve_run(struct peer *where);

#endif
