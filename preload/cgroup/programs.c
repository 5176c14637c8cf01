#include "preload/cgroup/programs.h"
#include "preload/apply.h"
#include <netinet/in.h>
#include <sys/socket.h>

bool cgroup_keeps_rows(const struct policy *policy)
{
    return policy->rule_count || policy->mode != MODE_ENFORCE;
}

static int32_t bound_of(const struct profile *profile)
{
    return profile_detects_in_flight(profile) ? profile->detect : 0;
}

bool cgroup_bounds(const struct policy *policy)
{
    bool any = bound_of(&policy->plain);
    for (int i = 0; i < policy->rule_count; i++)
        any = any || (!policy->rule[i].off && bound_of(&policy->rule[i].profile));
    return any;
}

struct cgroup_option cgroup_option(size_t index)
{
    if (index == CGROUP_KEEPALIVE)
        return (struct cgroup_option){SOL_SOCKET, SO_KEEPALIVE};
    return (struct cgroup_option){IPPROTO_TCP, apply_name((enum setting_id)index)};
}

void cgroup_write_row(const struct profile *profile, int32_t row[CGROUP_VALUES])
{
    for (enum setting_id id = 0; id < OPTION_COUNT; id++)
        row[id] = value_leaves_alone(profile->value[id]) ? 0 : apply_to_kernel(id, profile->value[id]);
    row[CGROUP_KEEPALIVE] = 1;
    row[CGROUP_BOUND] = bound_of(profile);
}

void cgroup_write_own(struct bpf_code *code, const struct cgroup_maps *maps, int flags)
{
    bpf_code_map(code, BPF_REG_1, maps->own);
    bpf_code_set(code, BPF_REG_3, 0);
    bpf_code_set(code, BPF_REG_4, flags);
    bpf_code_call(code, BPF_FUNC_sk_storage_get);
}

void cgroup_write_find_row(struct bpf_code *code, const struct cgroup_maps *maps, int number, int key)
{
    bpf_code_store(code, BPF_REG_10, key, number);
    bpf_code_map(code, BPF_REG_1, maps->values);
    bpf_code_copy(code, BPF_REG_2, BPF_REG_10);
    bpf_code_add(code, BPF_REG_2, key);
    bpf_code_call(code, BPF_FUNC_map_lookup_elem);
}

void cgroup_write_count(struct bpf_code *code, const struct cgroup_maps *maps, size_t which)
{
    bpf_code_map_value(code, BPF_REG_1, maps->counts, which * sizeof(uint64_t));
    bpf_code_count(code, BPF_REG_1);
}
