#include "preload/cgroup/in_flight.h"
#include "preload/cgroup/registers.h"
#include "preload/cgroup/row.h"
#include <netinet/tcp.h>

/*
 * The peer has answered: a round trip was measured, or a packet has come. Both are asked for only while there is a
 * bound. The first alone would miss what a peer without timestamps (RFC 7323) says to data that was sent again; the
 * second alone packets that are no news to the kernel.
 */
enum { ANSWER_FLAGS = BPF_SOCK_OPS_RTT_CB_FLAG | BPF_SOCK_OPS_PARSE_ALL_HDR_OPT_CB_FLAG };

/* In RTO_CB: was it the last time, so that the connection ends? */
enum { ARGUMENT_EXPIRED = 2 };

static void write_set_flags(struct bpf_code *code)
{
    bpf_code_copy(code, BPF_REG_1, CONTEXT);
    bpf_code_call(code, BPF_FUNC_sock_ops_cb_flags_set);
}

void sock_ops_write_watch(struct bpf_code *code)
{
    struct bpf_label unbounded = {0};
    bpf_code_load(code, BPF_W, BPF_REG_1, VALUES, 4 * CGROUP_BOUND);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, 0, &unbounded);
    bpf_code_load(code, BPF_W, BPF_REG_2, CONTEXT, IN_CONTEXT(bpf_sock_ops_cb_flags));
    bpf_code_or(code, BPF_REG_2, BPF_SOCK_OPS_RTO_CB_FLAG);
    write_set_flags(code);
    bpf_code_here(code, &unbounded);
}

void sock_ops_write_try_watching(struct bpf_code *code, const struct cgroup_maps *maps)
{
    struct bpf_label all = {0};
    bpf_code_load(code, BPF_W, BPF_REG_2, CONTEXT, IN_CONTEXT(bpf_sock_ops_cb_flags));
    bpf_code_store(code, STACK, ON_STACK_FLAGS, BPF_REG_2);
    bpf_code_or(code, BPF_REG_2, BPF_SOCK_OPS_RTO_CB_FLAG | ANSWER_FLAGS);
    write_set_flags(code);
    bpf_code_jump_if(code, BPF_REG_0, BPF_JEQ, 0, &all);
    bpf_code_map_value(code, BPF_REG_1, maps->counts, CGROUP_NO_CALL_BACK * sizeof(uint64_t));
    bpf_code_store(code, BPF_REG_1, 0, BPF_REG_0);
    bpf_code_here(code, &all);
    bpf_code_load(code, BPF_W, BPF_REG_2, STACK, ON_STACK_FLAGS);
    write_set_flags(code);
}

/* A user timeout that the program asked for goes to `stands`. */
static void write_own_timeout_stands(struct bpf_code *code, const struct cgroup_maps *maps, struct bpf_label *stands)
{
    struct bpf_label nothing_kept = {0};
    sock_ops_write_own(code, maps, 0, &nothing_kept);
    bpf_code_load(code, BPF_W, BPF_REG_1, OWN, 4 * (CGROUP_OWN_ASKED + SETTING_USER_TIMEOUT));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, 0, stands);
    bpf_code_here(code, &nothing_kept);
}

/* So does one of which we do not know: set before the policy was there. Ours goes to `ours`. */
static void write_other_timeout_stands(struct bpf_code *code, struct bpf_label *ours, struct bpf_label *stands)
{
    struct bpf_label untold = {0};
    sock_ops_write_get(code, SETTING_USER_TIMEOUT, &untold);
    bpf_code_load(code, BPF_W, BPF_REG_2, VALUES, 4 * CGROUP_BOUND);
    bpf_code_jump_if_reg(code, BPF_REG_1, BPF_JEQ, BPF_REG_2, ours);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, 0, stands);
    bpf_code_here(code, &untold);
}

void sock_ops_write_unanswered(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps)
{
    struct bpf_label out = {0}, alive = {0}, set = {0};
    sock_ops_write_find_values(code, policy, maps, &out);
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(args) + 4 * ARGUMENT_EXPIRED);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, 0, &alive);
    cgroup_write_count(code, maps, CGROUP_DEATHS);
    bpf_code_jump(code, &out);
    bpf_code_here(code, &alive);
    bpf_code_load(code, BPF_W, BPF_REG_1, VALUES, 4 * CGROUP_BOUND);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, 0, &out);
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(state));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, TCP_SYN_SENT, &out);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, TCP_SYN_RECV, &out);
    write_own_timeout_stands(code, maps, &out);
    write_other_timeout_stands(code, &set, &out);
    bpf_code_load(code, BPF_W, BPF_REG_1, VALUES, 4 * CGROUP_BOUND);
    sock_ops_write_set(code, SETTING_USER_TIMEOUT);
    bpf_code_here(code, &set);
    bpf_code_load(code, BPF_W, BPF_REG_2, CONTEXT, IN_CONTEXT(bpf_sock_ops_cb_flags));
    bpf_code_or(code, BPF_REG_2, ANSWER_FLAGS);
    write_set_flags(code);
    bpf_code_here(code, &out);
    bpf_code_exit(code, 1);
}

/* Somebody else's program may have asked for one of the two call-backs; both are only ours. */
void sock_ops_write_answered(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps)
{
    struct bpf_label out = {0}, drop = {0}, take_back = {0};
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(bpf_sock_ops_cb_flags));
    bpf_code_and(code, BPF_REG_1, ANSWER_FLAGS);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, ANSWER_FLAGS, &out);
    sock_ops_write_find_values(code, policy, maps, &out);
    write_own_timeout_stands(code, maps, &drop);
    write_other_timeout_stands(code, &take_back, &drop);
    bpf_code_here(code, &take_back);
    bpf_code_set(code, BPF_REG_1, 0);
    sock_ops_write_set(code, SETTING_USER_TIMEOUT);
    bpf_code_here(code, &drop);
    bpf_code_load(code, BPF_W, BPF_REG_2, CONTEXT, IN_CONTEXT(bpf_sock_ops_cb_flags));
    bpf_code_and(code, BPF_REG_2, ~(uint32_t)ANSWER_FLAGS);
    write_set_flags(code);
    bpf_code_here(code, &out);
    bpf_code_exit(code, 1);
}
