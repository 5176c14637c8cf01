/*
 * put: a policy onto a control group, tried there first; and what a group already has.
 */
#ifndef PRELOAD_CGROUP_PUT_H
#define PRELOAD_CGROUP_PUT_H

#include "preload/cgroup/attach.h"
#include "preload/cgroup/maps.h"

/*
 * In the place of `old`. False with the reason in `why`. Where the kernel cannot bound data in flight, that is left out
 * of the policy and *bounds is false.
 */
bool put_policy(int group, struct policy *policy, const struct cgroup_pair *old, bool *bounds, struct text *why);

/*
 * Can the kernel do what the policy asks for? False with what it cannot: a setting, its value or NULL, and the reason.
 */
struct put_refusal {
    const char *what, *object, *why;
};
bool put_is_possible(const struct policy *policy, struct put_refusal *refusal);

/* What found programs say of their policy. */
void put_describe(const struct cgroup_pair *pair, struct cgroup_info *info);

#endif
