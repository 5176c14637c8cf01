/*
 * peer: HOST:PORT, and the one address of it that measure takes.
 *
 * Used by measure, and by its serving end for the address that it listens on.
 */
#ifndef WINHOOK_MEASURE_PEER_H
#define WINHOOK_MEASURE_PEER_H

#include "core/host_port.h"
#include <winsock2.h>
#include <ws2tcpip.h>

enum { PEER_ADDRESS_SIZE = 80 };

struct peer {
    struct host_port name;
    struct sockaddr_storage address;
    int length;
    char written[PEER_ADDRESS_SIZE]; /* the address: `198.51.100.2:5432`, `[2001:db8::2]:5432`; "" when no name led to
                                        one */
};

/*
 * Looks the name up, connects to its addresses in their order until one answers, and takes that one; the connection is
 * ended. 0, or the Winsock error of the last.
 */
int peer_reach(struct peer *peer);

/* A listener on the address, IPv6 and IPv4 when the host is empty. INVALID_SOCKET with `*error`. */
SOCKET peer_listen(struct peer *peer, int *error);

#endif
