/* One thing many times over, for counting system calls: what COUNT rounds cost less what none costs. */
#include "probe.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

static void repeat_socket(int count)
{
    while (count-- > 0)
        close(socket(AF_INET, SOCK_STREAM, 0));
}

/* One listener; each round a client connects and is accepted by the given end. */
static void repeat_connection(int count)
{
    struct probe_place place = probe_place("inet");
    int listener = probe_listener(&place);
    while (count-- > 0) {
        int client = socket(AF_INET, SOCK_STREAM, 0);
        connect(client, (struct sockaddr *)&place.address, place.size);
        int accepted = accept(listener, NULL, NULL);
        close(client);
        close(accepted);
    }
}

static void repeat_listener(int count)
{
    while (count-- > 0) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        listen(fd, 1);
        close(fd);
    }
}

static void repeat_refused(int count)
{
    struct probe_place place = probe_place("inet");
    probe_closed_port(&place);
    while (count-- > 0) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        connect(fd, (struct sockaddr *)&place.address, place.size);
        close(fd);
    }
}

static void repeat_datagram(int count)
{
    struct probe_place place = probe_place("inet");
    int receiver = socket(AF_INET, SOCK_DGRAM, 0);
    bind(receiver, (struct sockaddr *)&place.address, place.size);
    getsockname(receiver, (struct sockaddr *)&place.address, &place.size);
    while (count-- > 0) {
        char byte;
        int sender = socket(AF_INET, SOCK_DGRAM, 0);
        connect(sender, (struct sockaddr *)&place.address, place.size);
        struct iovec data = {"x", 1};
        struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
        sendto(sender, "x", 1, 0, NULL, 0);
        sendmsg(sender, &message, 0);
        recv(receiver, &byte, 1, 0);
        data.iov_base = &byte;
        recvmsg(receiver, &message, 0);
        setsockopt(sender, SOL_SOCKET, SO_BROADCAST, &(int){1}, sizeof(int));
        close(sender);
    }
}

static void repeat_local(int count)
{
    while (count-- > 0) {
        int pair[2];
        close(socket(AF_UNIX, SOCK_STREAM, 0));
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0) {
            close(pair[0]);
            close(pair[1]);
        }
    }
}

static void repeat_other_option(int count)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    while (count-- > 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

void probe_repeat(char **arguments)
{
    const char *what = arguments[0] ? arguments[0] : "";
    int count = probe_number(arguments[1]);
    if (strcmp(what, "socket") == 0)
        repeat_socket(count);
    else if (strcmp(what, "connection") == 0)
        repeat_connection(count);
    else if (strcmp(what, "listener") == 0)
        repeat_listener(count);
    else if (strcmp(what, "refused") == 0)
        repeat_refused(count);
    else if (strcmp(what, "datagram") == 0)
        repeat_datagram(count);
    else if (strcmp(what, "local") == 0)
        repeat_local(count);
    else if (strcmp(what, "option") == 0)
        repeat_other_option(count);
    else
        probe_wrong("thing to repeat");
}
