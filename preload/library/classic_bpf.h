/*
 * classic_bpf: what a system call filter (seccomp(2)) would answer to a call, found out by running it here.
 *
 * Asked by sandbox about filters that the program is about to put itself under. Memory that it is given has been found
 * readable; it writes none of it.
 */
#ifndef PRELOAD_LIBRARY_CLASSIC_BPF_H
#define PRELOAD_LIBRARY_CLASSIC_BPF_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>

/* A call, of which not every argument is known beforehand. */
struct foreseen_call {
    struct seccomp_data data;
    unsigned known; /* bit 1 << n: argument n is in `data` */
};

/*
 * True with SECCOMP_RET_... and its data in `answer`. False where the answer hangs on what is not known, or where this
 * is no filter that the kernel would take.
 */
bool classic_bpf_answer(const struct sock_fprog *filter, const struct foreseen_call *call, unsigned *answer);

#endif
