/* Connections that the program makes. */
#include "probe.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static int client_socket(const struct probe_place *place, int flags)
{
    int fd = (int)CALL("socket", socket(place->domain, SOCK_STREAM | flags, 0));
    probe_shows("client", fd);
    return fd;
}

static long connect_to(int fd, const struct probe_place *place)
{
    return CALL("connect", connect(fd, (const struct sockaddr *)&place->address, place->size));
}

static void connect_nonblocking(const struct probe_place *place)
{
    int fd = client_socket(place, SOCK_NONBLOCK);
    struct pollfd wait = {fd, POLLOUT, 0};
    int error = -1;
    socklen_t size = sizeof error;
    connect_to(fd, place);
    CALL("poll", poll(&wait, 1, 60000));
    CALL("getsockopt", getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size));
    CALL("error", error);
}

/* The same socket first towards nobody, then towards the listener. */
static void connect_after_refusal(const char *family, const struct probe_place *place)
{
    struct probe_place nobody = probe_place(family);
    probe_closed_port(&nobody);
    int fd = client_socket(place, 0);
    connect_to(fd, &nobody);
    connect_to(fd, place);
}

/* connect(2) with AF_UNSPEC dissolves the association; then the same socket connects anew. */
static void connect_after_unspec(const struct probe_place *place)
{
    int fd = client_socket(place, 0);
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    connect_to(fd, place);
    CALL("unspec", connect(fd, &none, sizeof none));
    connect_to(fd, place);
}

static void connect_twice(const struct probe_place *place)
{
    int fd = client_socket(place, 0);
    connect_to(fd, place);
    connect_to(fd, place);
    CALL("short", connect(fd, (const struct sockaddr *)&place->address, 1));
    CALL("null", connect(fd, NULL, place->size));
    CALL("closed", connect(999, (const struct sockaddr *)&place->address, place->size));
    CALL("pipe", connect(1, (const struct sockaddr *)&place->address, place->size));
}

void probe_connect(char **arguments)
{
    struct probe_place place = probe_place(arguments[0]);
    const char *how = arguments[1] ? arguments[1] : "";
    probe_listener(&place);
    if (strcmp(how, "plain") == 0)
        connect_to(client_socket(&place, 0), &place);
    else if (strcmp(how, "nonblocking") == 0)
        connect_nonblocking(&place);
    else if (strcmp(how, "refused") == 0)
        connect_after_refusal(arguments[0], &place);
    else if (strcmp(how, "unspec") == 0)
        connect_after_unspec(&place);
    else if (strcmp(how, "twice") == 0)
        connect_twice(&place);
    else
        probe_wrong("way to connect");
}

/* MSG_FASTOPEN connects and sends in one call (tcp(7)): connect is never called. */
void probe_fastopen(char **arguments)
{
    struct probe_place place = probe_place(arguments[0]);
    const char *how = arguments[1] ? arguments[1] : "";
    int listener = probe_listener(&place);
    int fd = client_socket(&place, 0);
    struct iovec data = {"hello", 5};
    struct mmsghdr message = {
        .msg_hdr = {.msg_name = &place.address, .msg_namelen = place.size, .msg_iov = &data, .msg_iovlen = 1}};
    if (strcmp(how, "sendto") == 0)
        CALL("sendto", sendto(fd, "hello", 5, MSG_FASTOPEN, (struct sockaddr *)&place.address, place.size));
    else if (strcmp(how, "sendmsg") == 0)
        CALL("sendmsg", sendmsg(fd, &message.msg_hdr, MSG_FASTOPEN));
    else if (strcmp(how, "sendmmsg") == 0)
        CALL("sendmmsg", sendmmsg(fd, &message, 1, MSG_FASTOPEN));
    else
        probe_wrong("call");
    char room[8];
    int accepted = (int)CALL("accept", accept(listener, NULL, NULL));
    CALL("recv", recv(accepted, room, sizeof room, 0));
    probe_shows("accepted", accepted);
}
