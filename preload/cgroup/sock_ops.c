#include "preload/cgroup/programs.h"
#include <arpa/inet.h>
#include <string.h>

/* What the registers hold throughout; PEER only until the rule is found. */
enum { CONTEXT = BPF_REG_6, ROW = BPF_REG_7, PEER = BPF_REG_8 };
enum { OWN = BPF_REG_8, VALUES = BPF_REG_9 };
enum { STACK = BPF_REG_10, ON_STACK_VALUE = -4, ON_STACK_KEY = -8 };

/* In PEER: what its address is. A listener's is not known. */
enum { PEER_V6, PEER_V4, PEER_UNKNOWN };

#define IN_CONTEXT(member) offsetof(struct bpf_sock_ops, member)

/* An IPv4 peer of an IPv6 socket is v4-mapped, as in core's struct address; the kernel has it both ways. */
static void write_peer(struct bpf_code *code)
{
    const uint32_t mapped[] = {0, 0, htonl(0xffff)};
    struct bpf_label done = {0};
    bpf_code_set(code, PEER, PEER_V4);
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(family));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, AF_INET6, &done);
    bpf_code_set(code, PEER, PEER_V6);
    for (size_t i = 0; i < 3; i++) {
        bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(remote_ip6) + 4 * i);
        bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, mapped[i], &done);
    }
    bpf_code_set(code, PEER, PEER_V4);
    bpf_code_here(code, &done);
}

/*
 * Ports and addresses are loaded anew for each comparison. Of a register the verifier would remember what every earlier
 * comparison told, and follow each combination on its own: with some hundred rules too many.
 */
static void write_port_match(struct bpf_code *code, const struct endpoint *endpoint, enum direction direction,
                             struct bpf_label *no)
{
    if (endpoint->port_low == 0 && endpoint->port_high == UINT16_MAX)
        return;
    if (direction == DIRECTION_CONNECT) {
        bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(remote_port));
        bpf_code_from_network(code, BPF_REG_1);
    } else {
        bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(local_port));
    }
    bpf_code_jump_if(code, BPF_REG_1, BPF_JLT, endpoint->port_low, no);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JGT, endpoint->port_high, no);
}

static void write_peer_match(struct bpf_code *code, const struct endpoint *endpoint, struct bpf_label *no)
{
    bool v4 = endpoint->family == 4;
    bpf_code_jump_if(code, PEER, BPF_JNE, v4 ? PEER_V4 : PEER_V6, no);
    for (size_t word = v4 ? 3 : 0; word < 4; word++) {
        uint8_t mask[4] = {0};
        uint32_t bits, wanted;
        for (size_t bit = 0; bit < 32 && 32 * word + bit < endpoint->bits; bit++)
            mask[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
        memcpy(&bits, mask, sizeof bits);
        memcpy(&wanted, endpoint->address.bytes + 4 * word, sizeof wanted);
        if (!bits)
            continue;
        bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, v4 ? IN_CONTEXT(remote_ip4) : IN_CONTEXT(remote_ip6) + 4 * word);
        if (~bits)
            bpf_code_and(code, BPF_REG_1, bits);
        bpf_code_jump_if(code, BPF_REG_1, BPF_JNE, wanted & bits, no);
    }
}

/* A rule's row goes to ROW where it matches. False when it always does, so that nothing behind it is reached. */
static bool write_rule(struct bpf_code *code, const struct rule *rule, int row, enum direction direction,
                       struct bpf_label *found, struct bpf_label *later)
{
    struct bpf_label next = {0};
    write_port_match(code, &rule->endpoint, direction, &next);
    if (rule->endpoint.family && direction == DIRECTION_ACCEPT)
        bpf_code_jump_if(code, PEER, BPF_JEQ, PEER_UNKNOWN, later);
    if (rule->endpoint.family)
        write_peer_match(code, &rule->endpoint, &next);
    bpf_code_set(code, ROW, rule->off ? CGROUP_LEFT : row);
    bpf_code_jump(code, found);
    bpf_code_here(code, &next);
    return next.last_jump > 0;
}

/* The first rule of this direction that matches, its row in ROW, goes to `found`. As find_rule() in core/plan.c. */
static void write_rules(struct bpf_code *code, const struct policy *policy, enum direction direction,
                        struct bpf_label *found)
{
    struct bpf_label later = {0};
    bool reached = true;
    for (int i = 0; reached && i < policy->rule_count; i++)
        if (policy->rule[i].direction == DIRECTION_ANY || policy->rule[i].direction == direction)
            reached = write_rule(code, &policy->rule[i], CGROUP_RULE + i, direction, found, &later);
    if (reached) {
        bpf_code_set(code, ROW, CGROUP_PLAIN);
        bpf_code_jump(code, found);
    }
    if (!later.last_jump)
        return;
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

static void write_option(struct bpf_code *code, enum mode mode, size_t index)
{
    struct cgroup_option option = cgroup_option(index);
    struct bpf_label skip = {0};
    bpf_code_load(code, BPF_W, BPF_REG_1, VALUES, 4 * index);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, 0, &skip);
    if (index <= SETTING_USER_TIMEOUT)
        write_own_stands(code, mode, CGROUP_OWN_ASKED + (int)index, &skip);
    else if (index == CGROUP_KEEPALIVE && mode == MODE_RESPECT)
        write_own_stands(code, mode, CGROUP_OWN_OFF, &skip);
    bpf_code_store(code, STACK, ON_STACK_VALUE, BPF_REG_1);
    bpf_code_copy(code, BPF_REG_1, CONTEXT);
    bpf_code_set(code, BPF_REG_2, option.level);
    bpf_code_set(code, BPF_REG_3, option.name);
    bpf_code_copy(code, BPF_REG_4, STACK);
    bpf_code_add(code, BPF_REG_4, ON_STACK_VALUE);
    bpf_code_set(code, BPF_REG_5, 4);
    bpf_code_call(code, BPF_FUNC_setsockopt);
    bpf_code_here(code, &skip);
}

/* Notes ROW on the socket; one that has it already inherited it, options and words alike. */
static void write_note_row(struct bpf_code *code, const struct cgroup_maps *maps, struct bpf_label *out)
{
    bpf_code_load(code, BPF_DW, BPF_REG_2, CONTEXT, IN_CONTEXT(sk));
    bpf_code_jump_if_null(code, BPF_REG_2, out);
    cgroup_write_own(code, maps, BPF_SK_STORAGE_GET_F_CREATE);
    bpf_code_jump_if_null(code, BPF_REG_0, out);
    bpf_code_copy(code, OWN, BPF_REG_0);
    bpf_code_load(code, BPF_W, BPF_REG_1, OWN, 4 * CGROUP_OWN_ROW);
    bpf_code_jump_if_reg(code, BPF_REG_1, BPF_JEQ, ROW, out);
    bpf_code_store(code, OWN, 4 * CGROUP_OWN_ROW, ROW);
}

/* Sets the options of ROW. */
static void write_apply(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps)
{
    struct bpf_label out = {0};
    cgroup_write_find_row(code, maps, ROW, ON_STACK_KEY);
    bpf_code_jump_if_null(code, BPF_REG_0, &out);
    bpf_code_copy(code, VALUES, BPF_REG_0);
    if (cgroup_keeps_own(policy))
        write_note_row(code, maps, &out);
    for (size_t i = 0; i < CGROUP_VALUES; i++)
        if (i != SETTING_DEFER_ACCEPT)
            write_option(code, policy->mode, i);
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
    write_peer(code);
    write_rules(code, policy, DIRECTION_CONNECT, &apply);
    bpf_code_here(code, &apply);
    write_apply(code, policy, maps);
    bpf_code_here(code, &listen);
    bpf_code_set(code, PEER, PEER_UNKNOWN);
    bpf_code_jump(code, &accept_rules);
    bpf_code_here(code, &accept);
    write_peer(code);
    bpf_code_here(code, &accept_rules);
    write_rules(code, policy, DIRECTION_ACCEPT, &apply);
}
