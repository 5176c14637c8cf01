/*
 * facts: what a socket tells about the connection it stands for.
 *
 * Used by the library before it asks plan, and by list. It reads and never changes the socket; each function
 * leaves the thread's last error as it found it.
 */
#ifndef WINHOOK_FACTS_H
#define WINHOOK_FACTS_H

#include "core/plan.h"
#include <winsock2.h>
#include <ws2tcpip.h>

/* Is it a TCP socket over IPv4 or IPv6? */
bool facts_is_tcp(SOCKET s);

/* May socket() with these arguments make one? Zero stands for whatever the other arguments allow. */
bool facts_makes_tcp(int family, int type, int protocol);

/* Copies what the program points to without ever faulting: a wrong pointer is the real call's business. */
bool facts_copy(const void *from, void *to, SIZE_T size);

/* A socket address that the program handed in; false when it is not one of the two families, or not readable. */
bool facts_from_sockaddr(const struct sockaddr *name, int size, struct address *address, uint16_t *port);

/* Peer and port of a socket in this role, as far as they are known. */
void facts_read(SOCKET s, enum role role, struct facts *facts);

/*
 * What the socket is doing by its own word. A connected one counts as ROLE_CONNECT; one that has a port and
 * no peer and does not tell whether it listens (Wine, inherited) as ROLE_LISTEN.
 */
enum role facts_role(SOCKET s);

#endif
