/*
 * attach: a policy onto a control group and off it again.
 *
 * The programs stay when the command has ended, until they are taken off or the group is
 * removed. They are known by their names; other programs on the group are left alone.
 */
#ifndef PRELOAD_CGROUP_ATTACH_H
#define PRELOAD_CGROUP_ATTACH_H

#include "core/policy.h"
#include <stdbool.h>

/* The two programs of one policy, loaded or found; -1 where there is none. */
struct cgroup_pair {
    int connections, calls;
};

/*
 * In the place of `old`, going on with what that one kept of each socket. 0 or an errno, with what did not
 * work in `why`.
 */
int cgroup_load(const struct policy *policy, const struct cgroup_pair *old, struct cgroup_pair *pair, struct text *why);

/* What is on the group already. 0, also when there is nothing, or an errno. `in_force`: or on one above it. */
int cgroup_find(int group, bool in_force, struct cgroup_pair *pair);

/* Puts `pair` on, in the place of `old`, or leaves everything as it was. 0 or an errno. */
int cgroup_attach(int group, const struct cgroup_pair *pair, const struct cgroup_pair *old);

int cgroup_detach(int group, const struct cgroup_pair *pair);

void cgroup_close(struct cgroup_pair *pair);

#endif
