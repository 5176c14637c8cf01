/*
 * facts: what a call and a descriptor tell about a connection. The only place on Linux that turns sockaddrs into facts.
 *
 * It only asks (getsockopt, getsockname, getpeername), never changes.
 */
#ifndef PRELOAD_FACTS_H
#define PRELOAD_FACTS_H

#include "core/plan.h"
#include <netinet/in.h>
#include <sys/socket.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* The bits of socket()'s type that are no flags: net/socket.c's SOCK_TYPE_MASK. */
enum { FACTS_TYPE_MASK = 0xf };

static inline bool facts_is_tcp_protocol(int protocol)
{
    return protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP;
}

/* Does socket(domain, type, protocol) make a TCP or MPTCP socket over IPv4 or IPv6? */
static inline __attribute__((always_inline)) bool facts_makes_tcp(int domain, int type, int protocol)
{
    return (domain == AF_INET || domain == AF_INET6) && (type & FACTS_TYPE_MASK) == SOCK_STREAM &&
           (protocol == 0 || facts_is_tcp_protocol(protocol));
}

/* Is the descriptor a TCP or MPTCP socket over IPv4 or IPv6? */
bool facts_is_tcp(int fd);

/* The address and port (host order) in it; false for any family but IPv4 and IPv6. */
bool facts_from_sockaddr(const struct sockaddr *name, socklen_t length, struct address *address, uint16_t *port);

/* An accepted connection: the peer's address and the local port. False when the descriptor does not tell. */
bool facts_accepted(int fd, struct facts *facts);

/* A listener, or one to be: its port. False for a socket without one. */
bool facts_listening(int fd, struct facts *facts);

/* A connection that was made to its peer. */
bool facts_connected(int fd, struct facts *facts);

/*
 * A TCP socket with an unknown past. A listener's role is ROLE_LISTEN, one without a peer ROLE_MADE; a connection may
 * have been accepted or made.
 */
void facts_found(int fd, struct facts *facts);

/* Whether a connection was accepted or made, as far as the kernel tells; where it does not, `either` stays. */
void facts_tell_direction(int fd, struct facts *facts);

/* It was made. */
void facts_take_for_made(struct facts *facts);

#endif
