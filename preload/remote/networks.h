/*
 * networks: the network namespaces that were met, and what the kernel lists of TCP sockets in each, asked for once.
 */
#ifndef PRELOAD_REMOTE_NETWORKS_H
#define PRELOAD_REMOTE_NETWORKS_H

#include "preload/remote/sock_diag.h"
#include <sys/types.h>

struct network {
    struct network *next;
    uint64_t number;
    struct sock_diag dump; /* empty where the kernel or the caller's rights give none */
    bool dumped;
};

struct networks {
    struct network *first; /* freed by networks_free() */
};

/* The one that a process is in, the one of a socket, our own. NULL without memory, or where it cannot be told. */
const struct network *networks_of_process(struct networks *networks, pid_t pid);
const struct network *networks_of_socket(struct networks *networks, int fd);
const struct network *networks_own(struct networks *networks);

void networks_free(struct networks *networks);

#endif
