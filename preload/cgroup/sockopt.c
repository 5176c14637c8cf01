#include "preload/apply.h"
#include "preload/cgroup/programs.h"
#include "preload/facts.h"
#include <netinet/in.h>
#include <netinet/tcp.h>

enum { CONTEXT = BPF_REG_6, SOCKET = BPF_REG_7, PROTOCOL = BPF_REG_8, ASKED = BPF_REG_9 };
enum { STACK = BPF_REG_10, ON_STACK_KEY = -4 };

#define IN_CONTEXT(member) offsetof(struct bpf_sockopt, member)
#define IN_SOCKET(member)  offsetof(struct bpf_sock, member)

/* r1 = where the value lies; too short a one goes to `no`. */
static void write_find_value(struct bpf_code *code, struct bpf_label *no)
{
    bpf_code_load(code, BPF_DW, BPF_REG_1, CONTEXT, IN_CONTEXT(optval));
    bpf_code_load(code, BPF_DW, BPF_REG_2, CONTEXT, IN_CONTEXT(optval_end));
    bpf_code_copy(code, BPF_REG_3, BPF_REG_1);
    bpf_code_add(code, BPF_REG_3, 4);
    bpf_code_jump_if_reg(code, BPF_REG_3, BPF_JGT, BPF_REG_2, no);
}

static void write_find_own(struct bpf_code *code, const struct cgroup_maps *maps, int flags, struct bpf_label *no)
{
    bpf_code_copy(code, BPF_REG_2, SOCKET);
    cgroup_write_own(code, maps, flags);
    bpf_code_jump_if_null(code, BPF_REG_0, no);
}

/* Nothing further happens and the caller gets 0: cgroup-sockopt.rst. */
static void write_ignore(struct bpf_code *code)
{
    bpf_code_set(code, BPF_REG_1, -1);
    bpf_code_store(code, CONTEXT, IN_CONTEXT(optlen), BPF_REG_1);
    bpf_code_exit(code, 1);
}

/* enforce under rules: the call does nothing on a socket that has a policy, and passes on any other. */
static void write_enforce_ruled(struct bpf_code *code, const struct cgroup_maps *maps, struct bpf_label *pass,
                                struct bpf_label *ignore)
{
    write_find_own(code, maps, 0, pass);
    bpf_code_load(code, BPF_W, BPF_REG_1, BPF_REG_0, 4 * CGROUP_OWN_ROW);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, CGROUP_LEFT, pass);
    bpf_code_jump(code, ignore);
}

/*
 * enforce without rules: the policy's value is what gets set. On a socket that has it that changes nothing, and one that was
 * connected before the policy came gets what its program asked for, as the policy times it. What will connect is not changed
 * yet.
 */
static void write_enforce_plain(struct bpf_code *code, int32_t ours, struct bpf_label *pass, struct bpf_label *ignore)
{
    if (!ours) {
        bpf_code_jump(code, ignore);
        return;
    }
    /* What MPTCP has is on its paths, sockets of their own. */
    bpf_code_jump_if(code, PROTOCOL, BPF_JEQ, IPPROTO_MPTCP, ignore);
    bpf_code_load(code, BPF_W, BPF_REG_1, SOCKET, IN_SOCKET(state));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, TCP_CLOSE, ignore);
    write_find_value(code, ignore);
    bpf_code_set(code, BPF_REG_0, ours);
    bpf_code_store(code, BPF_REG_1, 0, BPF_REG_0);
    bpf_code_jump(code, pass);
}

/* r1 = the policy's value where the socket is under the policy and that speaks of the option; else to `no`. */
static void write_find_ours(struct bpf_code *code, const struct cgroup_maps *maps, size_t index, struct bpf_label *no)
{
    bpf_code_load(code, BPF_W, BPF_REG_1, BPF_REG_0, 4 * CGROUP_OWN_ROW);
    cgroup_write_find_row(code, maps, BPF_REG_1, ON_STACK_KEY);
    bpf_code_jump_if_null(code, BPF_REG_0, no);
    bpf_code_load(code, BPF_W, BPF_REG_0, BPF_REG_0, 4 * index);
    bpf_code_jump_if(code, BPF_REG_0, BPF_JEQ, 0, no);
}

/* tighten and respect: notes what the program asks for; tighten puts the policy's value in its place if tighter. */
static void write_option(struct bpf_code *code, enum mode mode, const struct cgroup_maps *maps, size_t index,
                         struct bpf_label *pass)
{
    struct bpf_label tighter = {0};
    bool switches = index == CGROUP_KEEPALIVE, may_be_none = switches || index == SETTING_USER_TIMEOUT;
    write_find_value(code, pass);
    bpf_code_load(code, BPF_W, ASKED, BPF_REG_1, 0);
    if (!switches) { /* what the kernel refuses changes nothing */
        int high = apply_to_kernel((enum setting_id)index, settings[index].high);
        bpf_code_jump_if(code, ASKED, BPF_JSLT, may_be_none ? 0 : 1, pass);
        bpf_code_jump_if(code, ASKED, BPF_JSGT, (uint32_t)high, pass);
    }
    write_find_own(code, maps, BPF_SK_STORAGE_GET_F_CREATE, pass);
    if (switches) {
        struct bpf_label on = {0};
        bpf_code_set(code, BPF_REG_1, 0);
        bpf_code_jump_if(code, ASKED, BPF_JNE, 0, &on);
        bpf_code_set(code, BPF_REG_1, 1);
        bpf_code_here(code, &on);
        bpf_code_store(code, BPF_REG_0, 4 * CGROUP_OWN_OFF, BPF_REG_1);
    } else {
        bpf_code_store(code, BPF_REG_0, 4 * (CGROUP_OWN_ASKED + (int)index), ASKED);
    }
    if (mode == MODE_TIGHTEN) {
        write_find_ours(code, maps, index, pass);
        if (may_be_none)
            bpf_code_jump_if(code, ASKED, BPF_JEQ, 0, &tighter);
        if (!switches)
            bpf_code_jump_if_reg(code, ASKED, BPF_JLE, BPF_REG_0, pass);
        else
            bpf_code_jump(code, pass);
        bpf_code_here(code, &tighter);
        write_find_value(code, pass);
        bpf_code_store(code, BPF_REG_1, 0, BPF_REG_0);
    }
    bpf_code_jump(code, pass);
}

void cgroup_write_calls(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps)
{
    static const uint8_t theirs[] = {SETTING_IDLE, SETTING_INTERVAL, SETTING_PROBES, SETTING_USER_TIMEOUT,
                                     CGROUP_KEEPALIVE};
    struct bpf_label tcp = {0}, pass = {0}, ignore = {0};
    int32_t plain[CGROUP_VALUES];
    cgroup_write_row(&policy->plain, plain);
    bpf_code_copy(code, CONTEXT, BPF_REG_1);
    bpf_code_load(code, BPF_DW, SOCKET, CONTEXT, IN_CONTEXT(sk));
    bpf_code_load(code, BPF_W, PROTOCOL, SOCKET, IN_SOCKET(protocol));
    bpf_code_jump_if(code, PROTOCOL, BPF_JEQ, IPPROTO_TCP, &tcp);
    bpf_code_jump_if(code, PROTOCOL, BPF_JNE, IPPROTO_MPTCP, &pass);
    bpf_code_here(code, &tcp);
    for (size_t i = 0; i < sizeof theirs; i++) {
        struct cgroup_option option = cgroup_option(theirs[i]);
        struct bpf_label other = {0};
        bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(level));
        bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, (uint32_t)option.level, &other);
        bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(optname));
        bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, (uint32_t)option.name, &other);
        if (!cgroup_keeps_own(policy))
            write_enforce_plain(code, plain[theirs[i]], &pass, &ignore);
        else if (policy->mode == MODE_ENFORCE)
            write_enforce_ruled(code, maps, &pass, &ignore);
        else
            write_option(code, policy->mode, maps, theirs[i], &pass);
        bpf_code_here(code, &other);
    }
    bpf_code_here(code, &pass);
    bpf_code_exit(code, 1);
    if (policy->mode == MODE_ENFORCE) {
        bpf_code_here(code, &ignore);
        write_ignore(code);
    }
}
