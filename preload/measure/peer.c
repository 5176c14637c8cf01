#include "preload/measure/peer.h"
#include "core/address.h"
#include "core/text.h"
#include "preload/facts.h"
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { REACH_MS = 10000, QUEUE = 1024 };

static void write_address(struct peer *peer)
{
    struct text text = text_in(peer->written, sizeof peer->written);
    struct address address;
    uint16_t port;
    if (!facts_from_sockaddr((struct sockaddr *)&peer->address, peer->length, &address, &port))
        return;
    address_write_port(&text, &address, port);
}

static struct addrinfo *look_up(const struct peer *peer, int flags, const char **why)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags | AI_NUMERICSERV}, *found = NULL;
    int error = getaddrinfo(*peer->name.host ? peer->name.host : NULL, peer->name.port, &hints, &found);
    *why = error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error);
    return error ? NULL : found;
}

static void take(struct peer *peer, const struct addrinfo *one)
{
    memcpy(&peer->address, one->ai_addr, one->ai_addrlen);
    peer->length = one->ai_addrlen;
    write_address(peer);
}

int peer_connect(const struct peer *peer)
{
    int fd = socket(peer->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, (const struct sockaddr *)&peer->address, peer->length) == 0 || errno == EINPROGRESS)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* 0, or the errno it ended with. */
static int wait_for(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;
    int ready = poll(&one, 1, REACH_MS);
    if (ready < 0)
        return errno;
    if (ready == 0)
        return ETIMEDOUT;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

int peer_reach(struct peer *peer, const char **why)
{
    struct addrinfo *all = look_up(peer, 0, why);
    int fd = -1, error = 0;
    for (struct addrinfo *one = all; one && fd < 0 && error != EINTR; one = one->ai_next) {
        take(peer, one);
        fd = peer_connect(peer);
        error = fd < 0 ? errno : wait_for(fd);
        if (fd >= 0 && error) {
            close(fd);
            fd = -1;
        }
    }
    if (fd < 0 && all)
        *why = strerror(error);
    if (all)
        freeaddrinfo(all);
    return fd;
}

static int listen_on(const struct addrinfo *one)
{
    const int on = 1, off = 0;
    int fd = socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (one->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, one->ai_addr, one->ai_addrlen) == 0 && listen(fd, QUEUE) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int peer_listen(struct peer *peer, const char **why)
{
    struct addrinfo *all = look_up(peer, AI_PASSIVE, why);
    int fd = -1;
    /* With no address given, IPv6's any takes IPv4 as well; where there is no IPv6, IPv4's is left. */
    for (int family = *peer->name.host ? AF_UNSPEC : AF_INET6; all && fd < 0; family = AF_INET) {
        for (struct addrinfo *one = all; one && fd < 0; one = one->ai_next) {
            if (family != AF_UNSPEC && one->ai_family != family)
                continue;
            take(peer, one);
            fd = listen_on(one);
        }
        if (family != AF_INET6)
            break;
    }
    if (fd < 0 && all)
        *why = strerror(errno);
    if (all)
        freeaddrinfo(all);
    return fd;
}
