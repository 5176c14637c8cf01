/*
 * bpf: the calls of bpf(2) that cgroup needs, each one system call.
 *
 * Descriptors are close-on-exec and the caller's. Errors are -errno. It prints nothing and decides nothing.
 */
#ifndef PRELOAD_CGROUP_BPF_H
#define PRELOAD_CGROUP_BPF_H

#include "preload/cgroup/bpf_code.h"
#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>

/*
 * An array of `count` values of `size` bytes, and one value of `words` words for each socket, which an accepted one
 * copies from its listener. At most 15 bytes of a name.
 */
int bpf_array(const char *name, size_t size, uint32_t count);
int bpf_socket_storage(const char *name, uint32_t words);

int bpf_array_write(int map, uint32_t index, const void *value);
int bpf_array_read(int map, uint32_t index, void *value);

struct bpf_kind {
    const char *name;
    enum bpf_prog_type program;
    enum bpf_attach_type attach;
};
int bpf_load(const struct bpf_kind *kind, const struct bpf_code *code);

/* Beside others that allow it too, in the place of the program `old` unless that is -1. */
int bpf_attach(int group, const struct bpf_kind *kind, int program, int old);
int bpf_detach(int group, const struct bpf_kind *kind, int program);

/*
 * A program of this kind and name on the group: its descriptor, or -ENOENT. `in_force`: also one on a group above it.
 */
int bpf_find(int group, const struct bpf_kind *kind, bool in_force);

/* How large each value of a map is, and how many it has room for. */
int bpf_map_size(int map, size_t *size, uint32_t *count);

/* The map of this name that a program uses, or -ENOENT. */
int bpf_program_map(int program, const char *name);

#endif
