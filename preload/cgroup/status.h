/*
 * status: what policies the control groups of this machine have, as their programs tell. It changes nothing
 * and prints nothing.
 */
#ifndef PRELOAD_CGROUP_STATUS_H
#define PRELOAD_CGROUP_STATUS_H

#include "preload/cgroup/maps.h"
#include <limits.h>

struct status {
    char path[PATH_MAX];
    bool tells; /* false: of another version of tcpalive, only that it is there is known */
    struct cgroup_info info;
    uint64_t counts[CGROUP_COUNTS];
    char overruled_by[PATH_MAX]; /* the group further out whose policy comes last; empty for none */
};

typedef void status_take(void *context, const struct status *status);

/*
 * One call for each group with a policy, those further out first; of `path` alone, unless that is NULL. 0 or an errno.
 */
int status_each(const char *path, status_take *take, void *context);

#endif
