/*
 * sockopt: the program that answers programs' own keepalive calls as the mode says (BPF_PROG_TYPE_CGROUP_SOCKOPT).
 */
#ifndef PRELOAD_CGROUP_SOCKOPT_H
#define PRELOAD_CGROUP_SOCKOPT_H

#include "preload/cgroup/programs.h"

void sockopt_write(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps);

#endif
