#include "preload/cgroup/refusal.h"
#include "preload/program/privilege.h"
#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* From Linux 5.8; before, CAP_SYS_ADMIN is in its place. */
enum { BPF_CAPABILITY = 39 };

/* Does a filter stand in front of our system calls (proc(5), Seccomp)? */
static bool is_filtered(void)
{
    char line[256];
    int mode = 0;
    FILE *file = fopen("/proc/self/status", "re");
    while (file && fgets(line, sizeof line, file) && sscanf(line, "Seccomp: %d", &mode) != 1)
        ;
    if (file)
        fclose(file);
    return mode == 2;
}

/* user_namespaces(7): the first one maps every id to itself. */
static bool in_user_namespace(void)
{
    unsigned inside = 0, outside = 0, count = UINT32_MAX;
    FILE *file = fopen("/proc/self/uid_map", "re");
    int read = file ? fscanf(file, "%u %u %u", &inside, &outside, &count) : 0;
    if (file)
        fclose(file);
    return read == 3 && (inside != 0 || outside != 0 || count != UINT32_MAX);
}

static const char *missing_right(void)
{
    if (geteuid() != 0 && !privilege_have(CAP_NET_ADMIN))
        return "Operation not permitted: it takes root";
    if (!privilege_have(CAP_NET_ADMIN))
        return "Operation not permitted: CAP_NET_ADMIN is missing";
    if (!privilege_have(BPF_CAPABILITY) && !privilege_have(CAP_SYS_ADMIN))
        return "Operation not permitted: CAP_BPF is missing (CAP_SYS_ADMIN before Linux 5.8)";
    if (in_user_namespace())
        return "Operation not permitted: a user namespace's root is not enough";
    return NULL;
}

const char *refusal_of_load(int error)
{
    const char *missing = error == EPERM || error == EACCES ? missing_right() : NULL;
    if (missing)
        return missing;
    if ((error == EPERM || error == ENOSYS) && is_filtered())
        return "a seccomp filter (a container's, or SystemCallFilter= of a unit) forbids bpf(2)";
    if (error == ENOSYS)
        return "the kernel is built without CONFIG_BPF_SYSCALL";
    if (error == EINVAL)
        return "the kernel runs no such programs: it takes Linux 5.9 with CONFIG_CGROUP_BPF";
    if (error == E2BIG)
        return "there are too many rules for the kernel";
    return strerror(error);
}

const char *refusal_of_attach(int error)
{
    const char *missing = error == EPERM ? missing_right() : NULL;
    if (missing || error != EPERM)
        return missing ? missing : refusal_of_load(error);
    return "another program is on it, or on a group above it, which allows none beside itself (bpftool cgroup tree)";
}
