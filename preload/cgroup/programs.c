#include "preload/cgroup/programs.h"

static void make_plan(const struct profile *profile, struct plan *plan)
{
    *plan = (struct plan){.covered = true, .keepalive = true};
    for (enum setting_id id = 0; id < OPTION_COUNT; id++) {
        plan->value[id] = profile->value[id];
        plan->set |= (uint16_t)(1u << id);
    }
}

bool cgroup_keeps_own(const struct policy *policy)
{
    return policy->rule_count || policy->mode != MODE_ENFORCE;
}

void cgroup_options(struct apply_steps *options)
{
    struct plan plan;
    make_plan(&(struct profile){{0}}, &plan);
    apply_prepare(&plan, options);
}

void cgroup_write_row(const struct profile *profile, int32_t row[CGROUP_VALUES])
{
    for (enum setting_id id = 0; id < OPTION_COUNT; id++)
        row[id] = value_leaves_alone(profile->value[id]) ? 0 : apply_to_kernel(id, profile->value[id]);
    row[CGROUP_KEEPALIVE] = 1;
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
