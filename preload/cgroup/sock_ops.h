/*
 * sock_ops: the parts of the program for connections, each written into the same code.
 *
 * sock_ops.c says what happens at which call-back and finds the rule; row.c puts a row's values on a socket;
 * in_flight.c bounds data that nobody answers. They agree on the registers, which is why this is no header
 * for anybody else.
 */
#ifndef PRELOAD_CGROUP_SOCK_OPS_H
#define PRELOAD_CGROUP_SOCK_OPS_H

#include "preload/cgroup/programs.h"
#include <linux/bpf.h>
#include <stddef.h>

/* What the registers hold throughout. PEER until the rule is found, OWN from then on. */
enum { CONTEXT = BPF_REG_6, ROW = BPF_REG_7, PEER = BPF_REG_8, OWN = BPF_REG_8, VALUES = BPF_REG_9 };
enum { STACK = BPF_REG_10, ON_STACK_VALUE = -4, ON_STACK_KEY = -8, ON_STACK_FLAGS = -12 };

#define IN_CONTEXT(member) offsetof(struct bpf_sock_ops, member)

/* Sets the option to the value in r1. */
void sock_ops_write_set(struct bpf_code *code, size_t index);

/* r1 = the option as it is; to `no` where this kernel does not tell (before Linux 6.0). */
void sock_ops_write_get(struct bpf_code *code, size_t index, struct bpf_label *no);

/* OWN = what is kept of the socket; to `no` where nothing is. `flags` as bpf_sk_storage_get() has them. */
void sock_ops_write_own(struct bpf_code *code, const struct cgroup_maps *maps, int flags, struct bpf_label *no);

/*
 * Puts the socket under ROW: its options, and what is kept of it. Sockets that are under none go to `out`; VALUES
 * are the row's.
 */
void sock_ops_write_row(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps,
                        struct bpf_label *out);

/* VALUES = the row of a socket that was put under one before; to `no` where it is under none. */
void sock_ops_write_find_values(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps,
                                struct bpf_label *no);

/* Asks for the call-back when data is sent again, for a connection under VALUES. */
void sock_ops_write_watch(struct bpf_code *code);

/* On a listener: notes which of the call-backs this kernel does not have. */
void sock_ops_write_try_watching(struct bpf_code *code, const struct cgroup_maps *maps);

/* At that call-back, and at those that say that the peer has answered. They end the program. */
void sock_ops_write_unanswered(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps);
void sock_ops_write_answered(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps);

#endif
