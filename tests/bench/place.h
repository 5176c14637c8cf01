/* The sockets that micro opens, in its own functions: what counts is compiled with it. */
#ifndef TESTS_BENCH_PLACE_H
#define TESTS_BENCH_PLACE_H

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { PLACE_BATCH = 64 };

/* Makes the calls itself that a policy of 60 s, 10 s and 6 probes comes to. */
extern int place_with_floor;

static inline _Noreturn void place_fail(const char *what)
{
    perror(what);
    exit(1);
}

static inline void place_set(int fd, int level, int name, int value)
{
    if (setsockopt(fd, level, name, &value, sizeof value) != 0)
        place_fail("setsockopt");
}

static inline int place_make(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        place_fail("socket");
    if (place_with_floor) {
        place_set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 60);
        place_set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 10);
        place_set(fd, IPPROTO_TCP, TCP_KEEPCNT, 6);
        place_set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    }
    return fd;
}

/* One thread's own listener and the sockets of one batch. */
struct place {
    struct sockaddr_in address;
    int listener, client[PLACE_BATCH], server[PLACE_BATCH];
    long batches;
};

static inline void place_open(struct place *place)
{
    socklen_t size = sizeof place->address;
    place->address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    place->listener = place_make();
    if (bind(place->listener, (struct sockaddr *)&place->address, size) != 0 || listen(place->listener, 1024) != 0)
        place_fail("listen");
    getsockname(place->listener, (struct sockaddr *)&place->address, &size);
    fcntl(place->listener, F_SETFD, FD_CLOEXEC);
}

static inline void place_dial(struct place *place, int i)
{
    place->client[i] = place_make();
    if (connect(place->client[i], (struct sockaddr *)&place->address, sizeof place->address) != 0)
        place_fail("connect");
}

#endif
