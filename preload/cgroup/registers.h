/*
 * registers: what the program for connections keeps where.
 *
 * Its parts, sock_ops, row and in_flight, are written into the same code and agree on this.
 */
#ifndef PRELOAD_CGROUP_REGISTERS_H
#define PRELOAD_CGROUP_REGISTERS_H

#include <linux/bpf.h>
#include <stddef.h>

/* Throughout. PEER until the rule is found, OWN from then on. */
enum { CONTEXT = BPF_REG_6, ROW = BPF_REG_7, PEER = BPF_REG_8, OWN = BPF_REG_8, VALUES = BPF_REG_9 };
enum { STACK = BPF_REG_10, ON_STACK_VALUE = -4, ON_STACK_KEY = -8, ON_STACK_FLAGS = -12 };

#define IN_CONTEXT(member) offsetof(struct bpf_sock_ops, member)

#endif
