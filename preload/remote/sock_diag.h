/*
 * sock_diag: what the kernel lists of all TCP sockets of one network namespace, in one dump (sock_diag(7)).
 *
 * It shows to anybody addresses, state, timer and how much waits, and no socket is touched. Options it does not show,
 * nor sockets that have no port yet, nor MPTCP's.
 */
#ifndef PRELOAD_REMOTE_SOCK_DIAG_H
#define PRELOAD_REMOTE_SOCK_DIAG_H

#include "core/listing_row.h"

struct sock_diag {
    struct listing_row *row; /* freed by sock_diag_free() */
    size_t count, room;
    uint32_t
        *place; /* where a row is, by its inode: one more than its position, 0 for none; `places` is a power of two */
    size_t places;
};

/*
 * `netlink`: a socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG) of the namespace. 0 or an errno. Sockets that no process
 * holds, in TIME-WAIT or not accepted yet, are left out.
 */
int sock_diag_dump(int netlink, struct sock_diag *dump);

const struct listing_row *sock_diag_find(const struct sock_diag *dump, uint64_t inode);
void sock_diag_free(struct sock_diag *dump);

#endif
