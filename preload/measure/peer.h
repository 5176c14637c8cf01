/*
 * peer: HOST:PORT, and the one address of it that measure takes.
 *
 * Used by measure, and by its serving end for the address that it listens on.
 */
#ifndef PRELOAD_MEASURE_PEER_H
#define PRELOAD_MEASURE_PEER_H

#include "core/host_port.h"
#include <stdbool.h>
#include <sys/socket.h>

enum { PEER_ADDRESS_SIZE = 80 };

struct peer {
    struct host_port name;
    struct sockaddr_storage address;
    socklen_t length;
    char written[PEER_ADDRESS_SIZE]; /* the address: `198.51.100.2:5432`, `[2001:db8::2]:5432` */
};

/*
 * Looks the name up and connects to its addresses in their order until one answers; that one is taken, and a connection
 * to it returned. -1 when none does, with a sentence in `why` that is valid until the next call.
 */
int peer_reach(struct peer *peer, const char **why);

/* A listener on the address, IPv6 and IPv4 when the host is empty. -1 with `why`. */
int peer_listen(struct peer *peer, const char **why);

/* A connection to the address taken, begun and not waited for. -1 with errno. */
int peer_connect(const struct peer *peer);

#endif
