#include "loopback.h"
#include "child.h"
#include "cmocka_all.h"
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

static int made(struct sockaddr_in *name, int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    *name = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
    return fd;
}

int loopback_listener(void)
{
    struct sockaddr_in name;
    int fd = made(&name, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(fd, 4096), 0);
    return fd;
}

int loopback_port(int fd)
{
    struct sockaddr_in6 name = {0};
    socklen_t length = sizeof name;
    assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &length), 0);
    return ntohs(name.sin6_port); /* in the same place for IPv4 */
}

int loopback_connect(int port)
{
    struct sockaddr_in name;
    int fd = made(&name, port);
    assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof name), 0);
    return fd;
}

const char *loopback_name(int port)
{
    static char name[32];
    snprintf(name, sizeof name, "127.0.0.1:%d", port);
    return name;
}

ssize_t loopback_bytes_before_end(int fd)
{
    char bytes[256];
    struct pollfd one = {.fd = fd, .events = POLLIN};
    ssize_t sum = 0, count = 0;
    do {
        assert_int_equal(poll(&one, 1, CHILD_DEADLINE_MS), 1);
        count = recv(fd, bytes, sizeof bytes, 0);
        sum += count > 0 ? count : 0;
    } while (count > 0);
    return sum;
}

/* Each connection has the idle time of its silence, says nothing, and no mark is on it. */
