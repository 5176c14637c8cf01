/*
 * sock_ops: the program that the kernel calls for connections (BPF_PROG_TYPE_SOCK_OPS): what happens at which
 * call-back, and which rule decides.
 */
#ifndef PRELOAD_CGROUP_SOCK_OPS_H
#define PRELOAD_CGROUP_SOCK_OPS_H

#include "preload/cgroup/programs.h"

void sock_ops_write(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps);

#endif
