/*
 * serve: the supervisor's side: takes each call that the filter hands over, and lets it go on.
 *
 * Used by supervise, in the supervisor's process. It must not be the weak point: what it cannot understand or
 * reach goes on as if it were not there, and nothing of the program's can make it wait, end or run out of
 * descriptors.
 */
#ifndef PRELOAD_SUPERVISE_SERVE_H
#define PRELOAD_SUPERVISE_SERVE_H

#include "core/policy.h"
#include "preload/supervise/filter.h"
#include <sys/types.h>

enum { SUPERVISE_NOTIFICATION_MAX = 512 };

struct supervise_job {
    const struct policy *policy;
    enum supervise_own own;
    pid_t program; /* what it inherited is put under the policy at the start */
};

/* The sockets that the program was started with. */
void supervise_inherited(const struct supervise_job *job);

/* Where its messages go is settled by the caller: preload/report.h. Returns with the last process of
 * the tree. */
void supervise_serve(const struct supervise_job *job, int listener);

#endif
