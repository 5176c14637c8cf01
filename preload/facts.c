#include "preload/facts.h"
#include "preload/opened.h"
#include <netinet/in.h>

static int ask(int fd, int name)
{
    int value = -1;
    socklen_t length = sizeof value;
    return getsockopt(fd, SOL_SOCKET, name, &value, &length) == 0 ? value : -1;
}

bool facts_is_tcp(int fd)
{
    /* A raw socket can be of TCP's protocol, and netlink has a protocol 6 of its own; neither is a stream. */
    return facts_is_tcp_protocol(ask(fd, SO_PROTOCOL)) && ask(fd, SO_TYPE) == SOCK_STREAM;
}

/* sockaddr_in and sockaddr_in6 as bytes: the kernel takes them from any address, aligned or not. */
struct written {
    sa_family_t family;
    uint8_t port[2], four[4], six[16]; /* where one has its address, the other has a flow label */
} __attribute__((packed));

bool facts_from_sockaddr(const struct sockaddr *name, socklen_t length, struct address *address, uint16_t *port)
{
    const struct written *written = (const void *)name;
    if (length < sizeof(struct sockaddr_in))
        return false;
    if (written->family == AF_INET)
        *address = address_v4(written->four);
    else if (written->family == AF_INET6 && length >= 24) /* RFC 2133 had no scope: the kernel takes 24 bytes */
        *address = address_v6(written->six);
    else
        return false;
    /* ntohs(3) is a function of musl's; the library asks for as few as it can. */
    *port = (uint16_t)(written->port[0] << 8 | written->port[1]);
    return true;
}

typedef int name_call(int fd, struct sockaddr *name, socklen_t *length);

static bool ask_name(int fd, name_call *call, struct address *address, uint16_t *port)
{
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    return call(fd, (struct sockaddr *)&name, &length) == 0 &&
           facts_from_sockaddr((struct sockaddr *)&name, length, address, port);
}

bool facts_accepted(int fd, struct facts *facts)
{
    struct address local;
    facts->role = ROLE_ACCEPT;
    return ask_name(fd, getpeername, &facts->peer, &facts->peer_port) &&
           ask_name(fd, getsockname, &local, &facts->port);
}

bool facts_listening(int fd, struct facts *facts)
{
    struct address any;
    facts->role = ROLE_LISTEN;
    return ask_name(fd, getsockname, &any, &facts->port);
}

bool facts_connected(int fd, struct facts *facts)
{
    facts->role = ROLE_CONNECT;
    return ask_name(fd, getpeername, &facts->peer, &facts->port);
}

void facts_found(int fd, struct facts *facts)
{
    *facts = (struct facts){.found = true};
    if (ask(fd, SO_ACCEPTCONN) > 0)
        facts_listening(fd, facts);
    else
        facts->either = facts_accepted(fd, facts);
    if (facts->role == ROLE_ACCEPT && !facts->either)
        facts->role = ROLE_MADE;
}

void facts_take_for_made(struct facts *facts)
{
    facts->role = ROLE_CONNECT;
    facts->port = facts->peer_port;
    facts->either = false;
}

void facts_tell_direction(int fd, struct facts *facts)
{
    enum opened opened = facts->either ? opened_by(fd) : OPENED_UNKNOWN;
    if (opened == OPENED_BY_CONNECT)
        facts_take_for_made(facts);
    if (opened != OPENED_UNKNOWN)
        facts->either = false;
}
