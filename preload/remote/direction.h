/*
 * direction: was a connection of another process accepted or made by it?
 *
 * Asked where rules tell the two apart. The kernel's counters say (opened.h); where they do not, a connection whose
 * local port is one that somebody in its network namespace listens on is taken for accepted.
 */
#ifndef PRELOAD_REMOTE_DIRECTION_H
#define PRELOAD_REMOTE_DIRECTION_H

#include "core/plan.h"
#include <stdint.h>
#include <sys/types.h>

/*
 * Which ports are listened on in a process's network namespace (proc_pid_net(5), tcp and tcp6). Read when first asked
 * for: the kernel goes through all that it has for connections on the way, which takes milliseconds.
 */
struct listened_ports {
    pid_t pid;
    bool read;
    uint8_t bit[65536 / 8];
};

/* From now on a process's. */
void direction_begin(struct listened_ports *ports, pid_t pid);

/* As facts_found(), with connections told apart as far as that goes. */
void direction_facts(struct listened_ports *ports, int fd, struct facts *facts);

#endif
