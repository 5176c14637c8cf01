#include "peer.h"
#include "core/address.h"
#include "winhook/facts.h"
#include <stdio.h>
#include <string.h>

enum { QUEUE = 1024 };

static void take(struct peer *peer, const struct addrinfo *one)
{
    struct text text = text_in(peer->written, sizeof peer->written);
    struct address address;
    uint16_t port;
    memcpy(&peer->address, one->ai_addr, one->ai_addrlen);
    peer->length = (int)one->ai_addrlen;
    if (!facts_from_sockaddr(one->ai_addr, peer->length, &address, &port))
        return;
    address_write_port(&text, &address, port);
}

static int try_address(const struct addrinfo *one)
{
    SOCKET s = socket(one->ai_family, SOCK_STREAM, IPPROTO_TCP);
    int error = s == INVALID_SOCKET || connect(s, one->ai_addr, (int)one->ai_addrlen) ? WSAGetLastError() : 0;
    if (s != INVALID_SOCKET)
        closesocket(s);
    return error;
}

int peer_reach(struct peer *peer)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    int error = getaddrinfo(peer->name.host, peer->name.port, &hints, &found);
    if (error)
        return error;
    for (struct addrinfo *one = found; one && (one == found || error); one = one->ai_next) {
        take(peer, one);
        error = try_address(one);
    }
    freeaddrinfo(found);
    return error;
}

static SOCKET listen_on(const struct addrinfo *one, bool both)
{
    const DWORD on = 1, off = 0;
    u_long nonblocking = 1;
    SOCKET s = socket(one->ai_family, SOCK_STREAM, IPPROTO_TCP);
    if (s == INVALID_SOCKET)
        return s;
    /*
     * So that nobody else takes it meanwhile; what Linux means by SO_REUSEADDR is the rule here
     * (Microsoft: SO_EXCLUSIVEADDRUSE).
     */
    setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&on, sizeof on);
    if (both)
        setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, (const char *)&off, sizeof off);
    if (!bind(s, one->ai_addr, (int)one->ai_addrlen) && !listen(s, QUEUE) && !ioctlsocket(s, FIONBIO, &nonblocking))
        return s;
    int error = WSAGetLastError();
    closesocket(s);
    WSASetLastError(error);
    return INVALID_SOCKET;
}

SOCKET peer_listen(struct peer *peer, int *error)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;
    SOCKET s = INVALID_SOCKET;
    /* With no address given, IPv6's any takes IPv4 as well; where there is no IPv6, IPv4's is left. */
    hints.ai_family = *peer->name.host ? AF_UNSPEC : AF_INET6;
    do {
        *error = getaddrinfo(*peer->name.host ? peer->name.host : NULL, peer->name.port, &hints, &found);
        for (struct addrinfo *one = *error ? NULL : found; one && s == INVALID_SOCKET; one = one->ai_next) {
            take(peer, one);
            s = listen_on(one, hints.ai_family == AF_INET6);
            *error = s == INVALID_SOCKET ? WSAGetLastError() : 0;
        }
        if (found)
            freeaddrinfo(found);
        found = NULL;
        hints.ai_family = hints.ai_family == AF_INET6 ? AF_INET : AF_UNSPEC;
    } while (s == INVALID_SOCKET && hints.ai_family == AF_INET);
    return s;
}
