#include "facts.h"

/* Wine's getsockopt does not know inherited and duplicated sockets; the calls used here do. */
static bool is_tcp_stranger(SOCKET s)
{
    struct sockaddr_storage name = {.ss_family = AF_INET};
    int size = sizeof name;
    u_long mark; /* stream sockets only */
    if (ioctlsocket(s, SIOCATMARK, &mark))
        return false;
    getsockname(s, (struct sockaddr *)&name, &size); /* fails before bind */
    return name.ss_family == AF_INET || name.ss_family == AF_INET6;
}

bool facts_is_tcp(SOCKET s)
{
    DWORD error = GetLastError();
    WSAPROTOCOL_INFOW info;
    int size = sizeof info;
    bool tcp = getsockopt(s, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&info, &size)
                   ? WSAGetLastError() == WSAENOTSOCK && is_tcp_stranger(s)
                   : facts_makes_tcp(info.iAddressFamily, info.iSocketType, info.iProtocol);
    SetLastError(error);
    return tcp;
}

bool facts_makes_tcp(int family, int type, int protocol)
{
    return (family == AF_INET || family == AF_INET6 || family == AF_UNSPEC) &&
           (type == SOCK_STREAM || (!type && protocol == IPPROTO_TCP)) && (!protocol || protocol == IPPROTO_TCP);
}

bool facts_copy(const void *from, void *to, SIZE_T size)
{
    SIZE_T copied;
    return from && ReadProcessMemory(GetCurrentProcess(), from, to, size, &copied) && copied == size;
}

bool facts_from_sockaddr(const struct sockaddr *name, int size, struct address *address, uint16_t *port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } to;
    if (size < (int)sizeof to.v4 || !facts_copy(name, &to.v4, sizeof to.v4))
        return false;
    *port = ntohs(to.v4.sin_port);
    if (to.any.sa_family == AF_INET) {
        *address = address_v4((const uint8_t *)&to.v4.sin_addr);
        return true;
    }
    if (to.any.sa_family != AF_INET6 || size < (int)sizeof to.v6 || !facts_copy(name, &to.v6, sizeof to.v6))
        return false;
    *address = address_v6((const uint8_t *)&to.v6.sin6_addr);
    return true;
}

void facts_read(SOCKET s, enum role role, struct facts *facts)
{
    DWORD error = GetLastError();
    struct sockaddr_storage name;
    int size = sizeof name;
    struct address own;
    uint16_t port;
    *facts = (struct facts){.role = role};
    if (role != ROLE_LISTEN && !getpeername(s, (struct sockaddr *)&name, &size))
        facts_from_sockaddr((struct sockaddr *)&name, size, &facts->peer, &facts->port);
    size = sizeof name;
    if (role != ROLE_CONNECT && !getsockname(s, (struct sockaddr *)&name, &size) &&
        facts_from_sockaddr((struct sockaddr *)&name, size, &own, &port))
        facts->port = port;
    SetLastError(error);
}

static bool has_port(SOCKET s)
{
    struct sockaddr_in6 name = {0};
    int size = sizeof name;
    return !getsockname(s, (struct sockaddr *)&name, &size) && name.sin6_port; /* at the same place in both families */
}

enum role facts_role(SOCKET s)
{
    DWORD error = GetLastError();
    struct sockaddr_storage name;
    DWORD listening = 0;
    int size = sizeof listening;
    bool told = !getsockopt(s, SOL_SOCKET, SO_ACCEPTCONN, (char *)&listening, &size);
    enum role role = ROLE_MADE;
    size = sizeof name;
    if (told && listening)
        role = ROLE_LISTEN;
    else if (!getpeername(s, (struct sockaddr *)&name, &size))
        role = ROLE_CONNECT;
    else if (!told && has_port(s))
        role = ROLE_LISTEN;
    SetLastError(error);
    return role;
}
