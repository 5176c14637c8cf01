/*
 * enter: this process, which will become the program, moves into a control group of its own under the policy.
 *
 * The group is made below the one it is in, so that it stays within its service or container, and goes when the last
 * process in it has gone: a process that stays outside, with nothing open and no terminal, waits for that.
 */
#ifndef PRELOAD_CGROUP_ENTER_H
#define PRELOAD_CGROUP_ENTER_H

#include "core/policy.h"

/* False with the reason in `why`, and nothing left behind. `bounds` as of put_policy(). */
bool enter_own_group(struct policy *policy, bool *bounds, struct text *why);

#endif
