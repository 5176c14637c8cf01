/*
 * pair: the two processes of a supervisor. One serves; the other, its guardian, takes over when it ends or hangs.
 *
 * Run by keep in a process of its own. The program's calls wait for the supervisor, and would fail for good with it: so
 * each of the two holds what the other one has, waits for the other's end, and starts another one in its place. The
 * guardian also does what takes its time: see sweep.h.
 */
#ifndef PRELOAD_SUPERVISE_PAIR_H
#define PRELOAD_SUPERVISE_PAIR_H

#include "preload/supervise/serve.h"

/* What the two share; NULL without memory. Before anything else here. */
struct shared *supervise_pair_share(void);

/* After supervise_serve_begin(). Returns in either process with the last process of the program's tree. */
void supervise_pair(const struct supervise_job *job, int listener, struct shared *shared);

#endif
