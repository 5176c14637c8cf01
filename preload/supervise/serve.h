/*
 * serve: the supervisor's side: takes each call that the filter hands over, and lets it go on.
 *
 * Used by pair, in the process that serves. It must not be the weak point: what it cannot understand or reach goes on
 * as if it were not there, and nothing of the program's can make it wait, end or run out of descriptors.
 */
#ifndef PRELOAD_SUPERVISE_SERVE_H
#define PRELOAD_SUPERVISE_SERVE_H

#include "core/policy.h"
#include "preload/supervise/filter.h"
#include "preload/supervise/shared.h"

struct supervise_job {
    const struct policy *policy;
    struct supervise_wishes wishes;
    pid_t program;
    bool inherits; /* what it inherited is put under the policy at the start */
};

/* First in the process that serves from now on. */
void supervise_serve_begin(const struct supervise_job *job, int listener, struct shared *shared);

/* The sockets that the program was started with, before it runs. */
void supervise_inherited(struct supervise_job *job);

/*
 * Before the first call, once there is a guardian: that which another one had in hand when it ended. If it was the call
 * that ended it, it goes on the next time.
 */
void supervise_serve_left(void);

/* One call has arrived. */
void supervise_serve_one(void);

#endif
