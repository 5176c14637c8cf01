#include "preload/cgroup/sockopt.h"
#include "preload/apply.h"
#include "preload/facts.h"
#include <netinet/in.h>
#include <netinet/tcp.h>

enum { CONTEXT = BPF_REG_6, SOCKET = BPF_REG_7, OWN = BPF_REG_8, ASKED = BPF_REG_9 };
enum { STACK = BPF_REG_10, ON_STACK_KEY = -4 };

/*
 * Before a fix of 2023 the kernel failed every longer call that a program let pass with its length:
 * prog_cgroup_sockopt.rst.
 */
enum { LENGTH_MAX = 4096 };

/* The caller gets 0 and nothing further happens: the same page. */
enum { LENGTH_IGNORED = -1 };

#define IN_CONTEXT(member) offsetof(struct bpf_sockopt, member)
#define IN_SOCKET(member)  offsetof(struct bpf_sock, member)

/* What all five options have in common where they end. */
struct ends {
    struct bpf_label pass, ignore;
};

/* r1 = where the value lies. */
static void write_find_value(struct bpf_code *code, struct ends *ends)
{
    bpf_code_load(code, BPF_DW, BPF_REG_1, CONTEXT, IN_CONTEXT(optval));
    bpf_code_load(code, BPF_DW, BPF_REG_2, CONTEXT, IN_CONTEXT(optval_end));
    bpf_code_copy(code, BPF_REG_3, BPF_REG_1);
    bpf_code_add(code, BPF_REG_3, 4);
    bpf_code_jump_if_reg(code, BPF_REG_3, BPF_JGT, BPF_REG_2, &ends->pass);
}

static void write_count_answer(struct bpf_code *code, const struct cgroup_maps *maps)
{
    cgroup_write_count(code, maps, CGROUP_ANSWERED);
}

/*
 * The policy's value, in r0, is what the kernel gets; on a socket that has it that changes nothing. Ends the program.
 */
static void write_put(struct bpf_code *code, const struct cgroup_maps *maps, struct ends *ends)
{
    write_find_value(code, ends);
    bpf_code_store(code, BPF_REG_1, 0, BPF_REG_0);
    bpf_code_set(code, BPF_REG_1, sizeof(int32_t)); /* of a longer value the kernel would take the caller's own */
    bpf_code_store(code, CONTEXT, IN_CONTEXT(optlen), BPF_REG_1);
    write_count_answer(code, maps);
    bpf_code_exit(code, 1);
}

static void write_ends(struct bpf_code *code, const struct cgroup_maps *maps, struct ends *ends)
{
    struct bpf_label fits = {0};
    bpf_code_here(code, &ends->pass);
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(optlen));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JSLE, LENGTH_MAX, &fits);
    bpf_code_set(code, BPF_REG_1, 0);
    bpf_code_store(code, CONTEXT, IN_CONTEXT(optlen), BPF_REG_1);
    bpf_code_here(code, &fits);
    bpf_code_exit(code, 1);
    if (!ends->ignore.last_jump)
        return;
    bpf_code_here(code, &ends->ignore);
    write_count_answer(code, maps);
    bpf_code_set(code, BPF_REG_1, LENGTH_IGNORED);
    bpf_code_store(code, CONTEXT, IN_CONTEXT(optlen), BPF_REG_1);
    bpf_code_exit(code, 1);
}

/*
 * ASKED = the value. There is room for one however short it is. What the kernel refuses changes nothing and passes, so
 * that the program hears it from the kernel.
 */
static void write_read(struct bpf_code *code, size_t index, struct ends *ends)
{
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(optlen));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JSLT, sizeof(int32_t), &ends->pass);
    write_find_value(code, ends);
    bpf_code_load(code, BPF_W, ASKED, BPF_REG_1, 0);
    if (index == CGROUP_KEEPALIVE)
        return;
    int high = apply_to_kernel((enum setting_id)index, settings[index].high);
    bpf_code_jump_if(code, ASKED, BPF_JSLT, index == SETTING_USER_TIMEOUT ? 0 : 1, &ends->pass);
    bpf_code_jump_if(code, ASKED, BPF_JSGT, (uint32_t)high, &ends->pass);
}

/* OWN = what is kept of the socket, with what its program asks for. */
static void write_note(struct bpf_code *code, const struct cgroup_maps *maps, size_t index, struct ends *ends)
{
    bpf_code_copy(code, BPF_REG_2, SOCKET);
    cgroup_write_own(code, maps, BPF_SK_STORAGE_GET_F_CREATE);
    bpf_code_jump_if_null(code, BPF_REG_0, &ends->pass);
    bpf_code_copy(code, OWN, BPF_REG_0);
    if (index == CGROUP_KEEPALIVE) {
        struct bpf_label noted = {0};
        bpf_code_set(code, BPF_REG_1, CGROUP_OFF);
        bpf_code_jump_if(code, ASKED, BPF_JEQ, 0, &noted);
        bpf_code_set(code, BPF_REG_1, CGROUP_ON);
        bpf_code_here(code, &noted);
        bpf_code_store(code, OWN, 4 * CGROUP_OWN_SWITCH, BPF_REG_1);
    } else {
        bpf_code_store(code, OWN, 4 * (CGROUP_OWN_ASKED + (int)index), ASKED);
    }
}

/*
 * enforce without rules. What will connect or listen is not changed yet. Of a user timeout the policy says nothing
 * unless it names one, and the program's stands. One that was connected before the policy came gets what its program
 * asked for, as the policy times it.
 */
static void write_enforce_plain(struct bpf_code *code, const struct cgroup_maps *maps, size_t index, int32_t ours,
                                struct ends *ends)
{
    if (index == SETTING_USER_TIMEOUT && !ours) {
        if (maps->own >= 0)
            write_note(code, maps, index, ends);
        bpf_code_jump(code, &ends->pass);
        return;
    }
    bpf_code_load(code, BPF_W, BPF_REG_1, SOCKET, IN_SOCKET(state));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, TCP_CLOSE, &ends->ignore);
    if (!ours) {
        bpf_code_jump(code, &ends->ignore);
        return;
    }
    bpf_code_set(code, BPF_REG_0, ours);
    write_put(code, maps, ends);
}

/*
 * r0 = the row that the socket is under; under none, the call passes. An MPTCP socket's rows are kept on its paths,
 * which are sockets of their own: without rules there is but one.
 */
static void write_find_row(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps,
                           struct ends *ends)
{
    struct bpf_label known = {0}, tcp = {0};
    bpf_code_load(code, BPF_W, BPF_REG_1, OWN, 4 * CGROUP_OWN_ROW);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, CGROUP_UNDECIDED, &known);
    bpf_code_load(code, BPF_W, BPF_REG_1, SOCKET, IN_SOCKET(state));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, TCP_CLOSE, &ends->pass);
    if (!policy->rule_count) {
        bpf_code_load(code, BPF_W, BPF_REG_1, SOCKET, IN_SOCKET(protocol));
        bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, IPPROTO_MPTCP, &tcp);
        bpf_code_set(code, BPF_REG_1, (int32_t)maps->plain);
        bpf_code_jump(code, &known);
        bpf_code_here(code, &tcp);
    }
    bpf_code_set(code, BPF_REG_1, (int32_t)maps->absent);
    bpf_code_here(code, &known);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JLE, CGROUP_LEFT, &ends->pass);
    cgroup_write_find_row(code, maps, BPF_REG_1, ON_STACK_KEY);
    bpf_code_jump_if_null(code, BPF_REG_0, &ends->pass);
}

/* With rules, or where the program has a say: what it asks for is noted, then answered as the mode says. */
static void write_answer(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps,
                         size_t index, struct ends *ends)
{
    struct bpf_label tighter = {0};
    bool switches = index == CGROUP_KEEPALIVE, times_out = index == SETTING_USER_TIMEOUT;
    write_note(code, maps, index, ends);
    if (policy->mode == MODE_RESPECT) {
        bpf_code_jump(code, &ends->pass);
        return;
    }
    write_find_row(code, policy, maps, ends);
    bpf_code_load(code, BPF_W, BPF_REG_0, BPF_REG_0, 4 * index);
    bool may_be_ignored = policy->mode == MODE_ENFORCE && !times_out;
    bpf_code_jump_if(code, BPF_REG_0, BPF_JEQ, 0, may_be_ignored ? &ends->ignore : &ends->pass);
    if (policy->mode == MODE_TIGHTEN) {
        if (switches || times_out)
            bpf_code_jump_if(code, ASKED, BPF_JEQ, 0, &tighter);
        if (switches)
            bpf_code_jump(code, &ends->pass);
        else
            bpf_code_jump_if_reg(code, ASKED, BPF_JLE, BPF_REG_0, &ends->pass);
        bpf_code_here(code, &tighter);
    }
    write_put(code, maps, ends);
}

static void write_option(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps,
                         size_t index, struct ends *ends)
{
    struct cgroup_option option = cgroup_option(index);
    struct bpf_label other = {0};
    int32_t plain[CGROUP_VALUES];
    cgroup_write_row(&policy->plain, plain);
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(level));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, (uint32_t)option.level, &other);
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(optname));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, (uint32_t)option.name, &other);
    write_read(code, index, ends);
    if (cgroup_keeps_rows(policy))
        write_answer(code, policy, maps, index, ends);
    else
        write_enforce_plain(code, maps, index, plain[index], ends);
    bpf_code_here(code, &other);
}

void sockopt_write(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps)
{
    struct ends ends = {0};
    struct bpf_label tcp = {0}, answered_already = {0};
    bpf_code_copy(code, CONTEXT, BPF_REG_1);
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(optlen));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, (uint32_t)LENGTH_IGNORED, &answered_already); /* by a group further in */
    bpf_code_load(code, BPF_DW, SOCKET, CONTEXT, IN_CONTEXT(sk));
    bpf_code_load(code, BPF_W, BPF_REG_1, SOCKET, IN_SOCKET(protocol));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, IPPROTO_TCP, &tcp);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, IPPROTO_MPTCP, &ends.pass);
    bpf_code_here(code, &tcp);
    for (size_t i = 0; i < KEEPALIVE_COUNT; i++)
        write_option(code, policy, maps, i, &ends);
    write_option(code, policy, maps, CGROUP_KEEPALIVE, &ends);
    write_ends(code, maps, &ends);
    bpf_code_here(code, &answered_already);
    bpf_code_exit(code, 1);
}
