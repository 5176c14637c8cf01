/* Sockets of every kind, only opened. */
#include "probe.h"
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "stream+cloexec" as socket(2) takes it. */
static int type_of(const char *text)
{
    int type = 0;
    if (!text)
        probe_wrong("type");
    if (strncmp(text, "stream", 6) == 0)
        type = SOCK_STREAM;
    else if (strncmp(text, "dgram", 5) == 0)
        type = SOCK_DGRAM;
    else
        probe_wrong("type");
    if (strstr(text, "+cloexec"))
        type |= SOCK_CLOEXEC;
    if (strstr(text, "+nonblock"))
        type |= SOCK_NONBLOCK;
    return type;
}

void probe_socket(char **arguments)
{
    int domain = probe_place(arguments[0]).domain;
    int type = type_of(arguments[1]);
    int fd = (int)CALL("socket", socket(domain, type, probe_number(arguments[2])));
    if (fd >= 0)
        probe_shows("tcp", fd);
}

/* Calls that mean something else on UDP, or nothing. */
static void use_datagram(void)
{
    struct probe_place place = probe_place("inet");
    int fd = (int)CALL("socket", socket(AF_INET, SOCK_DGRAM, 0));
    CALL("bind", bind(fd, (struct sockaddr *)&place.address, place.size));
    getsockname(fd, (struct sockaddr *)&place.address, &place.size);
    CALL("connect", connect(fd, (struct sockaddr *)&place.address, place.size));
    CALL("listen", listen(fd, 1));
    CALL("accept", accept(fd, NULL, NULL));
    CALL("sendto", sendto(fd, "x", 1, 0, NULL, 0));
    CALL("fastopen", sendto(fd, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&place.address, place.size));
    probe_shows("udp-used", fd);
}

/* A raw socket of protocol TCP: the kernel calls that its protocol, but there is no connection. */
static void use_raw(void)
{
    struct probe_place place = probe_place("inet");
    int fd = (int)CALL("socket", socket(AF_INET, SOCK_RAW, IPPROTO_TCP));
    if (fd < 0)
        return;
    CALL("connect", connect(fd, (struct sockaddr *)&place.address, place.size));
    probe_shows("raw-used", fd);
    fd = (int)CALL("socket", socket(AF_INET, SOCK_RAW, IPPROTO_TCP));
    CALL("keepalive", setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)));
    CALL("idle", setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &(int){15}, sizeof(int)));
    probe_shows("raw-set", fd);
}

static void use_local(void)
{
    int pair[2];
    CALL("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    probe_shows("pair", pair[0]);
    CALL("unix-listen", listen(pair[0], 1));
    int local = (int)CALL("socket", socket(AF_UNIX, SOCK_STREAM, 0));
    CALL("bind", bind(local, &(struct sockaddr){.sa_family = AF_UNIX}, sizeof(sa_family_t)));
    CALL("listen", listen(local, 1));
    probe_shows("unix-listener", local);
}

/* What is not TCP, and calls of socket that fail. */
void probe_others(char **arguments)
{
    static const struct {
        const char *name;
        int domain, type, protocol;
    } kinds[] = {
        {"udp", AF_INET, SOCK_DGRAM, 0},
        {"udp6", AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP},
        {"udplite", AF_INET, SOCK_DGRAM, 136},
        {"ping", AF_INET, SOCK_DGRAM, IPPROTO_ICMP},
        {"raw", AF_INET, SOCK_RAW, IPPROTO_TCP},
        {"raw6", AF_INET6, SOCK_RAW | SOCK_NONBLOCK, IPPROTO_ICMPV6},
        {"seqpacket", AF_INET, SOCK_SEQPACKET, 0},
        {"sctp", AF_INET, SOCK_STREAM, IPPROTO_SCTP},
        {"sctp-many", AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP},
        {"unix", AF_UNIX, SOCK_STREAM, 0},
        {"unix-datagram", AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0},
        {"netlink", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE},
        {"packet", AF_PACKET, SOCK_RAW, 0},
        {"no-family", 200, SOCK_STREAM, 0},
        {"no-type", AF_INET, 13, 0},
        {"no-protocol", AF_INET, SOCK_STREAM, 250},
        {"no-match", AF_INET, SOCK_STREAM, IPPROTO_UDP},
    };
    (void)arguments;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        int fd = (int)CALL(kinds[i].name, socket(kinds[i].domain, kinds[i].type, kinds[i].protocol));
        if (fd >= 0)
            probe_shows(kinds[i].name, fd);
    }
    use_local();
    use_datagram();
    use_raw();
}

/* Descriptor 0 as client, then as listener. */
void probe_zero(char **arguments)
{
    (void)arguments;
    struct probe_place place = probe_place("inet");
    int listener = probe_listener(&place);
    close(0);
    int client = (int)CALL("socket", socket(AF_INET, SOCK_STREAM, 0));
    CALL("connect", connect(client, (struct sockaddr *)&place.address, place.size));
    int moved = dup(client);
    close(client);
    probe_shows("client", moved);
    int zero = (int)CALL("accept", accept(listener, NULL, NULL));
    probe_shows("accepted", zero);
}
