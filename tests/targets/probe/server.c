/* Listeners, accepted connections, and descriptors that come from elsewhere. */
#include "probe.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int accept_by(const char *call, int listener)
{
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    int fd = -1;
    if (call && strcmp(call, "accept") == 0)
        fd = (int)CALL("accept", accept(listener, (struct sockaddr *)&peer, &size));
    else if (call && strcmp(call, "accept4") == 0)
        fd = (int)CALL("accept4", accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
    else
        probe_wrong("call");
    if (fd >= 0)
        probe_shows("accepted", fd);
    return fd;
}

void probe_serve(char **arguments)
{
    struct probe_place place = probe_place(arguments[0]);
    int listener = probe_listener(&place);
    probe_shows("listener", listener);
    for (int left = probe_number(arguments[2]); left > 0; left--) {
        int client = (int)CALL("socket", socket(place.domain, SOCK_STREAM, 0));
        probe_shows("client", client);
        CALL("connect", connect(client, (struct sockaddr *)&place.address, place.size));
        accept_by(arguments[1], listener);
    }
    CALL("closed", accept(999, NULL, NULL));
    CALL("pipe", listen(1, 1));
}

void probe_accept_on(char **arguments)
{
    int listener = probe_number(arguments[0]);
    probe_shows("listener", listener);
    for (int left = probe_number(arguments[2]); left > 0; left--)
        accept_by(arguments[1], listener);
}

/* Connects to the listener that it was given and accepts that connection. */
void probe_dial(char **arguments)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    int listener = probe_number(arguments[0]);
    probe_shows("listener", listener);
    CALL("getsockname", getsockname(listener, (struct sockaddr *)&address, &size));
    for (int left = probe_number(arguments[2]); left > 0; left--) {
        int client = (int)CALL("socket", socket(address.ss_family, SOCK_STREAM, 0));
        CALL("connect", connect(client, (struct sockaddr *)&address, size));
        probe_shows("client", client);
        accept_by(arguments[1], listener);
    }
}

void probe_use(char **arguments)
{
    for (; *arguments; arguments++)
        probe_shows("given", probe_number(*arguments));
}

/* One listener on every address of IPv4, clients from 127.0.0.1 and from 127.0.0.2. */
void probe_wildcard(char **arguments)
{
    static const char *const names[] = {"first", "second"};
    struct probe_place place = probe_place(arguments[0]), any = place;
    ((struct sockaddr_in *)&any.address)->sin_addr.s_addr = htonl(INADDR_ANY);
    int listener = probe_listener(&any);
    probe_shows("listener", listener);
    ((struct sockaddr_in *)&place.address)->sin_port = ((struct sockaddr_in *)&any.address)->sin_port;
    for (unsigned i = 0; i < 2; i++) {
        struct sockaddr_in source = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + i)};
        int client = (int)CALL("socket", socket(AF_INET, SOCK_STREAM, 0));
        CALL("bind", bind(client, (struct sockaddr *)&source, sizeof source));
        CALL("connect", connect(client, (struct sockaddr *)&place.address, place.size));
        int accepted = (int)CALL("accept", accept(listener, NULL, NULL));
        probe_shows(names[i], accepted);
    }
}

/* Receives descriptors through the Unix socket FD: a listener, on which it accepts once, and a connection. */
void probe_receive(char **arguments)
{
    int from = probe_number(arguments[0]);
    int received[2] = {-1, -1};
    char byte, control[CMSG_SPACE(sizeof received)];
    struct iovec data = {&byte, 1};
    struct mmsghdr message = {
        .msg_hdr = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control}};
    if (arguments[1] && strcmp(arguments[1], "recvmsg") == 0)
        CALL("recvmsg", recvmsg(from, &message.msg_hdr, MSG_CMSG_CLOEXEC));
    else if (arguments[1] && strcmp(arguments[1], "recvmmsg") == 0)
        CALL("recvmmsg", recvmmsg(from, &message, 1, 0, NULL));
    else
        probe_wrong("call");
    struct cmsghdr *header = CMSG_FIRSTHDR(&message.msg_hdr);
    if (!header || header->cmsg_type != SCM_RIGHTS)
        probe_wrong("message");
    memcpy(received, CMSG_DATA(header), sizeof received);
    probe_shows("listener", received[0]);
    probe_shows("connection", received[1]);
    accept_by("accept", received[0]);
}
