/*
 * serve: the far end of a measurement: keeps silent connections, and speaks to each after the silence that it asked
 * for.
 *
 * Called by the command for `measure --serve`. It answers nothing but silence_request's line, once a connection;
 * whatever else comes ends that connection. It holds at most 1,024 at once, each for at most a day.
 */
#ifndef PRELOAD_MEASURE_SERVE_H
#define PRELOAD_MEASURE_SERVE_H

/* `[ADDRESS:]PORT`. Runs until SIGINT or SIGTERM, then 0; 125 for wrong usage, 1 when it cannot listen. */
int serve_run(const char *where);

#endif
