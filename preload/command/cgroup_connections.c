#include "preload/command/cgroup_programs.h"

#include <arpa/inet.h>
#include <string.h>

/* What the registers hold throughout; the last two only until the rule is found. */
enum { CONTEXT = BPF_REG_6, ROW = BPF_REG_7, PEER = BPF_REG_8, PORT = BPF_REG_9 };
enum { OWN = BPF_REG_8, VALUES = BPF_REG_9 };
enum { STACK = BPF_REG_10, ON_STACK_PEER = -16, ON_STACK_VALUE = -20, ON_STACK_KEY = -24 };

/* In PEER: whose address it is. A listener's is not known. */
enum { PEER_V6, PEER_V4, PEER_UNKNOWN };

#define IN_CONTEXT(member) offsetof(struct bpf_sock_ops, member)

/* The peer as core's struct address has it, 16 bytes in network order on the stack. */
static void write_peer(struct bpf_code *code)
{
    const uint32_t mapped[] = {0, 0, htonl(0xffff)};
    struct bpf_label v4 = {0}, done = {0};
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(family));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, AF_INET6, &v4);
    for (int i = 0; i < 4; i++) {
        bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(remote_ip6) + 4 * (size_t)i);
        bpf_code_store(code, STACK, ON_STACK_PEER + 4 * i, BPF_REG_1);
    }
    bpf_code_set(code, PEER, PEER_V6);
    for (int i = 0; i < 3; i++) {
        bpf_code_load(code, BPF_W, BPF_REG_1, STACK, (size_t)(ON_STACK_PEER + 4 * i));
        bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, mapped[i], &done);
    }
    bpf_code_set(code, PEER, PEER_V4);
    bpf_code_jump(code, &done);
    bpf_code_here(code, &v4);
    for (int i = 0; i < 3; i++)
        bpf_code_store_value(code, STACK, ON_STACK_PEER + 4 * i, (int32_t)mapped[i]);
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(remote_ip4));
    bpf_code_store(code, STACK, ON_STACK_PEER + 12, BPF_REG_1);
    bpf_code_set(code, PEER, PEER_V4);
    bpf_code_here(code, &done);
}

static void write_peer_match(struct bpf_code *code, const struct endpoint *endpoint, struct bpf_label *no)
{
    bpf_code_jump_if(code, PEER, BPF_JNE, endpoint->family == 4 ? PEER_V4 : PEER_V6, no);
    for (int word = endpoint->family == 4 ? 3 : 0; word < 4; word++) {
        uint8_t mask[4] = {0};
        uint32_t bits, wanted;
        for (int bit = 0; bit < 32 && 32 * word + bit < endpoint->bits; bit++)
            mask[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
        memcpy(&bits, mask, sizeof bits);
        memcpy(&wanted, endpoint->address.bytes + 4 * (ptrdiff_t)word, sizeof wanted);
        if (!bits)
            continue;
        bpf_code_load(code, BPF_W, BPF_REG_1, STACK, (size_t)(ON_STACK_PEER + 4 * word));
        if (~bits)
            bpf_code_and(code, BPF_REG_1, bits);
        bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, wanted & bits, no);
    }
}

/* The first rule of this direction that matches, its row in ROW, goes to `found`. As find_rule() in core/plan.c. */
static void write_rules(struct bpf_code *code, const struct policy *policy, enum direction direction,
                        struct bpf_label *found)
{
    struct bpf_label later = {0};
    for (int i = 0; i < policy->rule_count; i++) {
        const struct rule *rule = &policy->rule[i];
        const struct endpoint *endpoint = &rule->endpoint;
        struct bpf_label next = {0};
        if (rule->direction != DIRECTION_ANY && rule->direction != direction)
            continue;
        if (endpoint->port_low > 0)
            bpf_code_jump_if(code, PORT, BPF_JLT, endpoint->port_low, &next);
        if (endpoint->port_high < UINT16_MAX)
            bpf_code_jump_if(code, PORT, BPF_JGT, endpoint->port_high, &next);
        if (endpoint->family && direction == DIRECTION_ACCEPT)
            bpf_code_jump_if(code, PEER, BPF_JEQ, PEER_UNKNOWN, &later);
        if (endpoint->family)
            write_peer_match(code, endpoint, &next);
        bpf_code_set(code, ROW, rule->off ? CGROUP_LEFT : CGROUP_RULE + i);
        bpf_code_jump(code, found);
        bpf_code_here(code, &next);
    }
    bpf_code_set(code, ROW, CGROUP_PLAIN);
    bpf_code_jump(code, found);
    if (!later.last_jump)
        return; /* the kernel wants no instruction that nothing leads to */
    bpf_code_here(code, &later); /* a listener: each of its connections is decided when its peer is known */
    bpf_code_set(code, ROW, CGROUP_LEFT);
    bpf_code_jump(code, found);
}

/* Does what the program asked for stand? Then the option is skipped. r1 holds the policy's value. */
static void write_own_stands(struct bpf_code *code, enum mode mode, int own, struct bpf_label *skip)
{
    struct bpf_label ours = {0};
    if (mode == MODE_ENFORCE)
        return;
    bpf_code_load(code, BPF_W, BPF_REG_2, OWN, 4 * (size_t)own);
    bpf_code_jump_if(code, BPF_REG_2, BPF_JEQ, 0, &ours);
    if (mode == MODE_RESPECT)
        bpf_code_jump(code, skip);
    else
        bpf_code_jump_if_reg(code, BPF_REG_2, BPF_JLE, BPF_REG_1, skip);
    bpf_code_here(code, &ours);
}

static void write_option(struct bpf_code *code, enum mode mode, size_t index, const struct apply_step *option)
{
    struct bpf_label skip = {0};
    bpf_code_load(code, BPF_W, BPF_REG_1, VALUES, 4 * index);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, 0, &skip);
    if (index <= SETTING_USER_TIMEOUT)
        write_own_stands(code, mode, CGROUP_OWN_ASKED + (int)index, &skip);
    else if (index == CGROUP_KEEPALIVE && mode == MODE_RESPECT)
        write_own_stands(code, mode, CGROUP_OWN_OFF, &skip);
    bpf_code_store(code, STACK, ON_STACK_VALUE, BPF_REG_1);
    bpf_code_copy(code, BPF_REG_1, CONTEXT);
    bpf_code_set(code, BPF_REG_2, option->level);
    bpf_code_set(code, BPF_REG_3, option->name);
    bpf_code_copy(code, BPF_REG_4, STACK);
    bpf_code_add(code, BPF_REG_4, ON_STACK_VALUE);
    bpf_code_set(code, BPF_REG_5, 4);
    bpf_code_call(code, BPF_FUNC_setsockopt);
    bpf_code_here(code, &skip);
}

/* Notes ROW on the socket and sets its options. */
static void write_apply(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps)
{
    struct apply_steps options;
    struct bpf_label out = {0};
    cgroup_write_find_row(code, maps, ROW, ON_STACK_KEY);
    bpf_code_jump_if_null(code, BPF_REG_0, &out);
    bpf_code_copy(code, VALUES, BPF_REG_0);
    bpf_code_load(code, BPF_DW, BPF_REG_2, CONTEXT, IN_CONTEXT(sk));
    bpf_code_jump_if_null(code, BPF_REG_2, &out);
    cgroup_write_own(code, maps, BPF_SK_STORAGE_GET_F_CREATE);
    bpf_code_jump_if_null(code, BPF_REG_0, &out);
    bpf_code_copy(code, OWN, BPF_REG_0);
    bpf_code_store(code, OWN, 4 * CGROUP_OWN_ROW, ROW);
    cgroup_options(&options);
    for (size_t i = 0; i < CGROUP_VALUES; i++)
        if (i != SETTING_DEFER_ACCEPT)
            write_option(code, policy->mode, i, &options.step[i]);
    bpf_code_here(code, &out);
    bpf_code_exit(code, 1);
}

/* The options are set between the two lists of rules: jumps reach no further than 32,767 instructions. */
void cgroup_write_connections(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps)
{
    struct bpf_label listen = {0}, accept = {0}, accept_rules = {0}, connect = {0}, apply = {0};
    bpf_code_copy(code, CONTEXT, BPF_REG_1);
    bpf_code_map(code, BPF_REG_0, maps->text);
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(op));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, BPF_SOCK_OPS_TCP_CONNECT_CB, &connect);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, BPF_SOCK_OPS_TCP_LISTEN_CB, &listen);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB, &accept);
    bpf_code_exit(code, 1);
    bpf_code_here(code, &connect);
    bpf_code_load(code, BPF_W, PORT, CONTEXT, IN_CONTEXT(remote_port));
    bpf_code_from_network(code, PORT);
    write_peer(code);
    write_rules(code, policy, DIRECTION_CONNECT, &apply);
    bpf_code_here(code, &apply);
    write_apply(code, policy, maps);
    bpf_code_here(code, &listen);
    bpf_code_load(code, BPF_W, PORT, CONTEXT, IN_CONTEXT(local_port));
    bpf_code_set(code, PEER, PEER_UNKNOWN);
    bpf_code_jump(code, &accept_rules);
    bpf_code_here(code, &accept);
    bpf_code_load(code, BPF_W, PORT, CONTEXT, IN_CONTEXT(local_port));
    write_peer(code);
    bpf_code_here(code, &accept_rules);
    write_rules(code, policy, DIRECTION_ACCEPT, &apply);
}
