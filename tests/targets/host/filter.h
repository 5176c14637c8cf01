/*
 * filter: system call filters, put together instruction by instruction, in room that the caller gives.
 */
#ifndef TESTS_TARGETS_HOST_FILTER_H
#define TESTS_TARGETS_HOST_FILTER_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>

#define FILTER_LOAD(field)      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define FILTER_EQUAL(value, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), 0, no)
#define FILTER_ANSWER(value)    BPF_STMT(BPF_RET | BPF_K, value)

void filter_append(struct sock_fprog *filter, struct sock_filter instruction);

/* The call of that number is answered with `matched`. What is loaded must be the number. */
void filter_add(struct sock_fprog *filter, int number, unsigned matched);

/* A call on sockets, also by the way in which the C libraries of i386 make it: `call` of socketcall(2), 0: none. */
void filter_add_on_socket(struct sock_fprog *filter, int number, int call, unsigned matched);

#endif
