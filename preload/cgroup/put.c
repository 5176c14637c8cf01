#include "preload/cgroup/put.h"
#include "preload/cgroup/refusal.h"
#include "preload/cgroup/trial.h"
#include <sys/resource.h>

static bool defers(const struct policy *policy)
{
    bool any = !value_leaves_alone(policy->plain.value[SETTING_DEFER_ACCEPT]);
    for (int i = 0; i < policy->rule_count; i++)
        any = any || (!policy->rule[i].off && !value_leaves_alone(policy->rule[i].profile.value[SETTING_DEFER_ACCEPT]));
    return any;
}

bool put_is_possible(const struct policy *policy, struct put_refusal *refusal)
{
    if (policy->programs)
        *refusal = (struct put_refusal){"programs", policy->programs,
                                        "the kernel does not look at names: all in the group are reached"};
    else if (defers(policy))
        *refusal = (struct put_refusal){"defer-accept", NULL, "the kernel does not set it for a control group"};
    else if (policy->log >= LEVEL_INFO)
        *refusal =
            (struct put_refusal){"log", NULL, "the kernel writes no lines about connections: off, error or warn"};
    else
        return true;
    return false;
}

static void give_up_bounds(struct policy *policy)
{
    policy->plain.detect = VALUE_UNSET;
    for (int i = 0; i < policy->rule_count; i++)
        policy->rule[i].profile.detect = VALUE_UNSET;
}

bool put_policy(int group, struct policy *policy, const struct cgroup_pair *old, bool *bounds, struct text *why)
{
    const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
    struct rlimit before;
    struct cgroup_pair pair;
    getrlimit(RLIMIT_MEMLOCK, &before);
    setrlimit(RLIMIT_MEMLOCK, &unlimited); /* before Linux 5.11 programs and tables count as locked memory */
    bool done = cgroup_trial(group, policy, bounds, why);
    if (!*bounds)
        give_up_bounds(policy);
    done = done && cgroup_load(policy, old, &pair, why) == 0;
    setrlimit(RLIMIT_MEMLOCK, &before);
    if (!done)
        return false;
    int error = cgroup_attach(group, &pair, old);
    cgroup_close(&pair);
    if (error)
        text_add(why, refusal_of_attach(error));
    return error == 0;
}

void put_describe(const struct cgroup_pair *pair, struct cgroup_info *info)
{
    if (!cgroup_maps_read_info(pair->connections, info))
        *info = (struct cgroup_info){.text = "it does not tell which"};
}
