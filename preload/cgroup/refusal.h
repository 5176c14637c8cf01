/*
 * refusal: why the kernel does not take a program or a policy, in words that name the true cause. It only asks.
 */
#ifndef PRELOAD_CGROUP_REFUSAL_H
#define PRELOAD_CGROUP_REFUSAL_H

/* `error` is the errno of bpf(2) when a program or table was loaded; of putting loaded programs on a group. */
const char *refusal_of_load(int error);
const char *refusal_of_attach(int error);

#endif
