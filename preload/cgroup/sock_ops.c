#include "preload/cgroup/sock_ops.h"
#include "preload/cgroup/in_flight.h"
#include "preload/cgroup/registers.h"
#include "preload/cgroup/row.h"
#include <arpa/inet.h>
#include <string.h>

/* In PEER: what its address is. A listener's is not known. */
enum { PEER_V6, PEER_V4, PEER_UNKNOWN };

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
static void write_rules(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps,
                        enum direction direction, struct bpf_label *found)
{
    struct bpf_label later = {0};
    bool reached = true;
    for (int i = 0; reached && i < policy->rule_count; i++)
        if (policy->rule[i].direction == DIRECTION_ANY || policy->rule[i].direction == direction)
            reached = write_rule(code, &policy->rule[i], (int)maps->plain + 1 + i, direction, found, &later);
    if (reached) {
        bpf_code_set(code, ROW, (int32_t)maps->plain);
        bpf_code_jump(code, found);
    }
    if (!later.last_jump)
        return;
    bpf_code_here(code, &later); /* a listener: each of its connections is decided when its peer is known */
    bpf_code_set(code, ROW, CGROUP_LEFT);
    bpf_code_jump(code, found);
}

/* A listener or a connection is under VALUES; one that only begins is counted when it is there. */
static void write_count(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps,
                        struct bpf_label *there, struct bpf_label *out)
{
    struct bpf_label accepted = {0};
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(op));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, BPF_SOCK_OPS_TCP_CONNECT_CB, out);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB, &accepted);
    cgroup_write_count(code, maps, CGROUP_LISTENERS);
    if (cgroup_bounds(policy))
        sock_ops_write_try_watching(code, maps);
    bpf_code_exit(code, 1);
    bpf_code_here(code, &accepted);
    bpf_code_here(code, there);
    cgroup_write_count(code, maps, CGROUP_CONNECTIONS);
    if (cgroup_bounds(policy))
        sock_ops_write_watch(code);
}

/* The options are set between the two lists of rules: jumps reach no further than 32,767 instructions. */
static void write_decide(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps,
                         struct bpf_label *connect, struct bpf_label *listen, struct bpf_label *accept,
                         struct bpf_label *there)
{
    struct bpf_label accept_rules = {0}, apply = {0}, out = {0};
    bpf_code_here(code, connect);
    write_peer(code);
    write_rules(code, policy, maps, DIRECTION_CONNECT, &apply);
    bpf_code_here(code, &apply);
    sock_ops_write_row(code, policy, maps, &out);
    write_count(code, policy, maps, there, &out);
    bpf_code_here(code, &out);
    bpf_code_exit(code, 1);
    bpf_code_here(code, listen);
    bpf_code_set(code, PEER, PEER_UNKNOWN);
    bpf_code_jump(code, &accept_rules);
    bpf_code_here(code, accept);
    write_peer(code);
    bpf_code_here(code, &accept_rules);
    write_rules(code, policy, maps, DIRECTION_ACCEPT, &apply);
}

static void write_in_flight(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps)
{
    struct bpf_label unanswered = {0}, answered = {0}, neither = {0};
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, BPF_SOCK_OPS_RTO_CB, &unanswered);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, BPF_SOCK_OPS_RTT_CB, &answered);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, BPF_SOCK_OPS_PARSE_HDR_OPT_CB, &answered);
    bpf_code_jump(code, &neither);
    bpf_code_here(code, &unanswered);
    sock_ops_write_unanswered(code, policy, maps);
    bpf_code_here(code, &answered);
    sock_ops_write_answered(code, policy, maps);
    bpf_code_here(code, &neither);
    bpf_code_exit(code, 1);
}

void sock_ops_write(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps)
{
    struct bpf_label connect = {0}, connected = {0}, listen = {0}, accept = {0}, there = {0}, nothing = {0};
    bpf_code_copy(code, CONTEXT, BPF_REG_1);
    bpf_code_map(code, BPF_REG_0, maps->info);
    bpf_code_load(code, BPF_W, BPF_REG_1, CONTEXT, IN_CONTEXT(op));
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, BPF_SOCK_OPS_TCP_CONNECT_CB, &connect);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB, &connected);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, BPF_SOCK_OPS_TCP_LISTEN_CB, &listen);
    bpf_code_jump_if(code, BPF_REG_1, BPF_JEQ, BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB, &accept);
    if (cgroup_bounds(policy))
        write_in_flight(code, policy, maps);
    bpf_code_here(code, &nothing);
    bpf_code_exit(code, 1);
    bpf_code_here(code, &connected);
    sock_ops_write_find_values(code, policy, maps, &nothing);
    bpf_code_jump(code, &there);
    write_decide(code, policy, maps, &connect, &listen, &accept, &there);
}
