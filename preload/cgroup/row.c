#include "preload/cgroup/row.h"
#include "preload/cgroup/registers.h"

/*
 * Left in the context for the programs of groups further out, which run after this one: `a policy further
 * in has decided`.
 */
enum { DECIDED_FURTHER_IN = 0x7463706b };

static void write_option_call(struct bpf_code *code, size_t index, int helper)
{
    struct cgroup_option option = cgroup_option(index);
    bpf_code_copy(code, BPF_REG_1, CONTEXT);
    bpf_code_set(code, BPF_REG_2, option.level);
    bpf_code_set(code, BPF_REG_3, option.name);
    bpf_code_copy(code, BPF_REG_4, STACK);
    bpf_code_add(code, BPF_REG_4, ON_STACK_VALUE);
    bpf_code_set(code, BPF_REG_5, 4);
    bpf_code_call(code, helper);
}

void sock_ops_write_set(struct bpf_code *code, size_t index)
{
    bpf_code_store(code, STACK, ON_STACK_VALUE, BPF_REG_1);
    write_option_call(code, index, BPF_FUNC_setsockopt);
}

void sock_ops_write_get(struct bpf_code *code, size_t index, struct bpf_label *no)
{
    write_option_call(code, index, BPF_FUNC_getsockopt);
    bpf_code_jump_if(code, BPF_REG_0, BPF_JNE, 0, no);
    bpf_code_load(code, BPF_W, BPF_REG_1, STACK, ON_STACK_VALUE);
}

void sock_ops_write_own(struct bpf_code *code, const struct cgroup_maps *maps, int flags, struct bpf_label *no)
{
    bpf_code_load(code, BPF_DW, BPF_REG_2, CONTEXT, IN_CONTEXT(sk));
    bpf_code_jump_if_null(code, BPF_REG_2, no);
    cgroup_write_own(code, maps, flags);
    bpf_code_jump_if_null(code, BPF_REG_0, no);
    bpf_code_copy(code, OWN, BPF_REG_0);
}

void sock_ops_write_find_values(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps,
                                struct bpf_label *no)
{
    if (cgroup_keeps_rows(policy)) {
        sock_ops_write_own(code, maps, 0, no);
        bpf_code_load(code, BPF_W, ROW, OWN, 4 * CGROUP_OWN_ROW);
        bpf_code_jump_if(code, ROW, BPF_JLE, CGROUP_LEFT, no);
    } else {
        bpf_code_set(code, ROW, (int32_t)maps->plain);
    }
    cgroup_write_find_row(code, maps, ROW, ON_STACK_KEY);
    bpf_code_jump_if_null(code, BPF_REG_0, no);
    bpf_code_copy(code, VALUES, BPF_REG_0);
}

/* Does what the program asked for stand? Then the option is skipped. r1 holds the policy's value. */
static void write_own_stands(struct bpf_code *code, enum mode mode, size_t index, struct bpf_label *skip)
{
    struct bpf_label ours = {0};
    bool switches = index == CGROUP_KEEPALIVE;
    if (mode == MODE_ENFORCE || (switches && mode == MODE_TIGHTEN) || (!switches && index >= KEEPALIVE_COUNT))
        return;
    bpf_code_load(code, BPF_W, BPF_REG_2, OWN, 4 * (switches ? CGROUP_OWN_SWITCH : CGROUP_OWN_ASKED + index));
    bpf_code_jump_if(code, BPF_REG_2, BPF_JEQ, 0, &ours);
    if (mode == MODE_RESPECT)
        bpf_code_jump(code, skip);
    else
        bpf_code_jump_if_reg(code, BPF_REG_2, BPF_JLE, BPF_REG_1, skip);
    bpf_code_here(code, &ours);
}

/*
 * tighten: of a policy further in and this one, the sooner value stands. r1 holds the policy's value, and does
 * again behind it.
 */
static void write_inner_stands(struct bpf_code *code, size_t index, struct bpf_label *skip)
{
    struct bpf_label ours = {0};
    if (index >= KEEPALIVE_COUNT)
        return;
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(reply));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, DECIDED_FURTHER_IN, &ours);
    sock_ops_write_get(code, index, &ours);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, 0, &ours);
    bpf_code_load(code, BPF_W, BPF_REG_2, VALUES, 4 * index);
    bpf_code_jump_if_reg(code, BPF_REG_1, BPF_JLE, BPF_REG_2, skip);
    bpf_code_here(code, &ours);
    bpf_code_load(code, BPF_W, BPF_REG_1, VALUES, 4 * index);
}

static void write_option(struct bpf_code *code, enum mode mode, size_t index)
{
    struct bpf_label skip = {0};
    bpf_code_load(code, BPF_W, BPF_REG_1, VALUES, 4 * index);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, 0, &skip);
    write_own_stands(code, mode, index, &skip);
    if (mode == MODE_TIGHTEN)
        write_inner_stands(code, index, &skip);
    sock_ops_write_set(code, index);
    bpf_code_here(code, &skip);
}

static bool is_taken_back(size_t index)
{
    return index <= SETTING_PROBES || index == SETTING_SYNCNT || index == CGROUP_KEEPALIVE;
}

/* What the options are before any policy sets them, in this socket's own network namespace. */
static void write_note_before(struct bpf_code *code)
{
    for (size_t i = 0; i < CGROUP_OPTIONS; i++) {
        struct bpf_label unknown = {0};
        if (!is_taken_back(i))
            continue;
        sock_ops_write_get(code, i, &unknown);
        if (i == CGROUP_KEEPALIVE)
            bpf_code_add(code, BPF_REG_1, CGROUP_OFF);
        bpf_code_store(code, OWN, (int)(4 * (CGROUP_OWN_BEFORE + i)), BPF_REG_1);
        bpf_code_here(code, &unknown);
    }
}

/* The socket was under another row, for another peer: what that one set does not stay. */
static void write_take_back(struct bpf_code *code, const struct cgroup_maps *maps)
{
    for (size_t i = 0; i < CGROUP_OPTIONS; i++) {
        struct bpf_label known = {0}, skip = {0};
        if (!is_taken_back(i))
            continue;
        if (i != SETTING_SYNCNT) {
            size_t asked = i == CGROUP_KEEPALIVE ? CGROUP_OWN_SWITCH : CGROUP_OWN_ASKED + i;
            bpf_code_load(code, BPF_W, BPF_REG_1, OWN, 4 * asked);
            bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, 0, &known);
        }
        bpf_code_load(code, BPF_W, BPF_REG_1, OWN, 4 * (CGROUP_OWN_BEFORE + i));
        bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, 0, &known);
        if (i == SETTING_SYNCNT)
            bpf_code_jump(code, &skip);
        else
            bpf_code_set(code, BPF_REG_1, i == CGROUP_KEEPALIVE ? CGROUP_OFF : maps->system[i]);
        bpf_code_here(code, &known);
        if (i == CGROUP_KEEPALIVE)
            bpf_code_add(code, BPF_REG_1, -CGROUP_OFF);
        sock_ops_write_set(code, i);
        bpf_code_here(code, &skip);
    }
    bpf_code_load(code, BPF_W, BPF_REG_1, OWN, 4 * (CGROUP_OWN_ASKED + SETTING_USER_TIMEOUT));
    sock_ops_write_set(code, SETTING_USER_TIMEOUT);
}

/* Notes ROW on the socket. One that has it already inherited it, options and words alike, and goes to `inherited`. */
static void write_note_row(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps,
                           struct bpf_label *inherited, struct bpf_label *out)
{
    struct bpf_label left = {0}, with_own = {0}, fresh = {0}, noted = {0};
    if (maps->absent == CGROUP_LEFT) /* else what is under none must be told from what an earlier policy set */
        bpf_code_jump_if(code, ROW, BPF_JEQ, CGROUP_LEFT, &left);
    sock_ops_write_own(code, maps, BPF_SK_STORAGE_GET_F_CREATE, out);
    if (left.last_jump) {
        bpf_code_jump(code, &with_own);
        bpf_code_here(code, &left);
        sock_ops_write_own(code, maps, 0, out);
        bpf_code_here(code, &with_own);
    }
    bpf_code_load(code, BPF_W, BPF_REG_1, OWN, 4 * CGROUP_OWN_ROW);
    bpf_code_jump_if_reg(code, BPF_REG_1, BPF_JEQ, ROW, inherited);
    bpf_code_store(code, OWN, 4 * CGROUP_OWN_ROW, ROW);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JLE, CGROUP_LEFT, &fresh);
    write_take_back(code, maps);
    bpf_code_jump(code, &noted);
    bpf_code_here(code, &fresh);
    if (policy->rule_count)
        write_note_before(code);
    bpf_code_here(code, &noted);
    bpf_code_jump_if(code, ROW, BPF_JEQ, CGROUP_LEFT, out);
}

static void write_find_row(struct bpf_code *code, const struct cgroup_maps *maps, struct bpf_label *out)
{
    cgroup_write_find_row(code, maps, ROW, ON_STACK_KEY);
    bpf_code_jump_if_null(code, BPF_REG_0, out);
    bpf_code_copy(code, VALUES, BPF_REG_0);
}

void sock_ops_write_row(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps,
                        struct bpf_label *out)
{
    struct bpf_label inherited = {0}, set = {0};
    if (cgroup_keeps_rows(policy))
        write_note_row(code, policy, maps, &inherited, out);
    write_find_row(code, maps, out);
    if (policy->mode == MODE_RESPECT) { /* what a policy further in sets counts as the program's own */
        bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(reply));
        bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, DECIDED_FURTHER_IN, &set);
    }
    for (size_t i = 0; i < CGROUP_OPTIONS; i++)
        if (i != SETTING_DEFER_ACCEPT)
            write_option(code, policy->mode, i);
    if (cgroup_keeps_rows(policy)) {
        bpf_code_jump(code, &set);
        bpf_code_here(code, &inherited);
        bpf_code_jump_if(code, ROW, BPF_JEQ, CGROUP_LEFT, out);
        write_find_row(code, maps, out);
    }
    bpf_code_here(code, &set);
    bpf_code_set(code, BPF_REG_1, DECIDED_FURTHER_IN);
    bpf_code_store(code, CONTEXT, IN_CONTEXT(reply), BPF_REG_1);
}
