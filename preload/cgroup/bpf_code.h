/*
 * bpf_code: instructions for the kernel's virtual machine, written one after the other.
 *
 * It knows the encoding (linux/bpf.h, linux/bpf_common.h) and jumps, nothing of what a program is for. What does not
 * fit makes the code `broken`, which is asked once at the end.
 */
#ifndef PRELOAD_CGROUP_BPF_CODE_H
#define PRELOAD_CGROUP_BPF_CODE_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BPF_CODE_MAX = 64 * 1024 };

struct bpf_code {
    struct bpf_insn at[BPF_CODE_MAX];
    size_t count;
    bool broken; /* too long, or a jump too far */
};

/* A place to jump to, known before or after the jumps. Starts as zeros. */
struct bpf_label {
    size_t place, last_jump; /* one more than the instruction's position; 0: none yet */
};

void bpf_code_here(struct bpf_code *code, struct bpf_label *label);

/* `size` is BPF_W or BPF_DW. Loads of a word clear the register's upper half. */
void bpf_code_load(struct bpf_code *code, int size, int to, int from, size_t offset);
void bpf_code_store(struct bpf_code *code, int to, int offset, int from); /* a word */
void bpf_code_copy(struct bpf_code *code, int to, int from);
void bpf_code_set(struct bpf_code *code, int to, int32_t value);
void bpf_code_map(struct bpf_code *code, int to, int map);
void bpf_code_map_value(struct bpf_code *code, int to, int map, size_t offset); /* of an array's only value */
void bpf_code_count(struct bpf_code *code, int to); /* one more in the 64 bits that the register points to; uses r2 */
void bpf_code_add(struct bpf_code *code, int to, int32_t value);  /* 64 bits: pointers too */
void bpf_code_and(struct bpf_code *code, int to, uint32_t value); /* 32 bits */
void bpf_code_or(struct bpf_code *code, int to, uint32_t value);  /* 32 bits */
void bpf_code_from_network(struct bpf_code *code, int to);        /* 32 bits */
void bpf_code_call(struct bpf_code *code, int helper);
void bpf_code_exit(struct bpf_code *code, int32_t result);

/* Comparisons (BPF_JEQ, BPF_JSGT ...) of 32 bits, and of whole registers. */
void bpf_code_jump(struct bpf_code *code, struct bpf_label *label);
void bpf_code_jump_if(struct bpf_code *code, int reg, int comparison, uint32_t value, struct bpf_label *label);
void bpf_code_jump_if_reg(struct bpf_code *code, int reg, int comparison, int other, struct bpf_label *label);
void bpf_code_jump_if_null(struct bpf_code *code, int reg, struct bpf_label *label);

#endif
