/*
 * attach: a policy onto a control group and off it again.
 *
 * Used by cgroup and its trial. The programs stay when the command has ended, until they are taken off or the group is
 * removed. They are known by their names; other programs on the group are left alone.
 */
#ifndef PRELOAD_CGROUP_ATTACH_H
#define PRELOAD_CGROUP_ATTACH_H

#include "core/policy.h"
#include <stdbool.h>

enum { CGROUP_TEXT_SIZE = 2048 };

/* The two programs of one policy, loaded or found; -1 where there is none. */
struct cgroup_pair {
    int connections, calls;
};

/* 0 or an errno, with what did not work in `why`. */
int cgroup_load(const struct policy *policy, struct cgroup_pair *pair, struct text *why);

/* What is on the group already. 0, also when there is nothing, or an errno. `in_force`: or on one above it. */
int cgroup_find(int group, bool in_force, struct cgroup_pair *pair);

/* Puts `pair` on, in the place of `old`, or leaves everything as it was. 0 or an errno. */
int cgroup_attach(int group, const struct cgroup_pair *pair, const struct cgroup_pair *old);

int cgroup_detach(int group, const struct cgroup_pair *pair);

void cgroup_close(struct cgroup_pair *pair);

/* What the policy of found programs is, in words. */
void cgroup_describe(const struct cgroup_pair *pair, char text[CGROUP_TEXT_SIZE]);

#endif
