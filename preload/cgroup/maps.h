/*
 * maps: the tables of a policy in the kernel, which its two programs hold and which tell about it later.
 *
 * Made when a policy is loaded, read by whoever finds its programs on a group. A policy that takes another one's place
 * goes on with what that one kept of each socket. It attaches nothing.
 */
#ifndef PRELOAD_CGROUP_MAPS_H
#define PRELOAD_CGROUP_MAPS_H

#include "preload/cgroup/programs.h"

enum { CGROUP_TEXT_SIZE = 2048 };

/* What a policy says of itself. */
struct cgroup_info {
    char text[CGROUP_TEXT_SIZE]; /* in words */
    int64_t since;               /* when it was loaded, in seconds of Unix time */
    uint32_t mode;               /* an enum mode */
    uint32_t plain, absent;      /* as in struct cgroup_maps */
};

/*
 * `old` is the program for connections of the policy whose place it takes, or -1. 0, or an errno with
 * nothing left open.
 */
int cgroup_maps_make(const struct policy *policy, int old, struct cgroup_maps *maps);

void cgroup_maps_close(const struct cgroup_maps *maps);

/* Of a program for connections that was found: false where it does not tell. */
bool cgroup_maps_read_info(int program, struct cgroup_info *info);
bool cgroup_maps_read_counts(int program, uint64_t counts[CGROUP_COUNTS]);

#endif
