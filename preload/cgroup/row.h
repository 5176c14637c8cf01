/*
 * row: of the program for connections the part that puts a row's values on a socket.
 */
#ifndef PRELOAD_CGROUP_ROW_H
#define PRELOAD_CGROUP_ROW_H

#include "preload/cgroup/programs.h"

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

#endif
