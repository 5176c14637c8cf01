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

struct listened_ports {
    uint8_t bit[65536 / 8];
};

/* Reads which ports are listened on in a process's network namespace (proc_pid_net(5), tcp and tcp6). */
void direction_read_ports(struct listened_ports *ports, pid_t pid);

/* As facts_found(), with connections told apart as far as that goes. */
void direction_facts(const struct listened_ports *ports, int fd, struct facts *facts);

#endif
