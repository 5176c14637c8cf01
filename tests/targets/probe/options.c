/* Programs that set keepalive options themselves, rightly and wrongly. */
#include "probe.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void set_own(int fd)
{
    CALL("keepalive", setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)));
    CALL("idle", setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &(int){15}, sizeof(int)));
    CALL("interval", setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &(int){16}, sizeof(int)));
    CALL("probes", setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &(int){17}, sizeof(int)));
    CALL("user timeout", setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &(int){18000}, sizeof(int)));
    CALL("nodelay", setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)));
}

void probe_set(char **arguments)
{
    const char *where = arguments[0] ? arguments[0] : "";
    struct probe_place place = probe_place("inet");
    int listener = probe_listener(&place);
    if (strcmp(where, "listener") == 0)
        set_own(listener);
    int client = (int)CALL("socket", socket(AF_INET, SOCK_STREAM, 0));
    if (strcmp(where, "socket") == 0)
        set_own(client);
    CALL("connect", connect(client, (struct sockaddr *)&place.address, place.size));
    if (strcmp(where, "connected") == 0)
        set_own(client);
    int accepted = (int)CALL("accept", accept(listener, NULL, NULL));
    if (strcmp(where, "accepted") == 0)
        set_own(accepted);
    if (strcmp(where, "off-later") == 0)
        usleep(1200000);
    if (strncmp(where, "off", 3) == 0)
        CALL("off", setsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &(int){0}, sizeof(int)));
    int nodelay = 0;
    socklen_t size = sizeof nodelay;
    getsockopt(client, IPPROTO_TCP, TCP_NODELAY, &nodelay, &size);
    printf("nodelay is %d\n", nodelay);
    probe_shows("listener", listener);
    probe_shows("client", client);
    probe_shows("accepted", accepted);
}

static void try_all(const char *what, int fd, const void *value, socklen_t size)
{
    static const struct {
        int level, name;
    } options[] = {{SOL_SOCKET, SO_KEEPALIVE},
                   {IPPROTO_TCP, TCP_KEEPIDLE},
                   {IPPROTO_TCP, TCP_KEEPINTVL},
                   {IPPROTO_TCP, TCP_KEEPCNT},
                   {IPPROTO_TCP, TCP_USER_TIMEOUT}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        CALL(what, setsockopt(fd, options[i].level, options[i].name, value, size));
}

void probe_wrong_calls(char **arguments)
{
    static const uintptr_t nowhere[] = {0, 1, UINTPTR_MAX};
    (void)arguments;
    int good = 20;
    int tcp = (int)CALL("socket", socket(AF_INET, SOCK_STREAM, 0));
    int udp = (int)CALL("socket", socket(AF_INET, SOCK_DGRAM, 0));
    int local = (int)CALL("socket", socket(AF_UNIX, SOCK_STREAM, 0));
    try_all("closed", 999, &good, sizeof good);
    try_all("pipe", 1, &good, sizeof good);
    try_all("short", tcp, &good, 2);
    try_all("null", tcp, NULL, sizeof good);
    try_all("udp", udp, &good, sizeof good);
    try_all("unix", local, &good, sizeof good);
    for (int name = 0; name < 3; name++) {
        static const int names[] = {TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT};
        CALL("nothing", setsockopt(tcp, IPPROTO_TCP, names[name], &(int){0}, sizeof(int)));
        CALL("negative", setsockopt(tcp, IPPROTO_TCP, names[name], &(int){-1}, sizeof(int)));
        CALL("huge", setsockopt(tcp, IPPROTO_TCP, names[name], &(int){40000}, sizeof(int)));
    }
    CALL("negative", setsockopt(tcp, IPPROTO_TCP, TCP_USER_TIMEOUT, &(int){-1}, sizeof(int)));
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
        const struct sockaddr *name = (const void *)nowhere[i]; /* NOLINT(performance-no-int-to-ptr) */
        CALL("nowhere", connect(tcp, name, sizeof(struct sockaddr_in)));
        CALL("nowhere", sendto(tcp, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, name, sizeof(struct sockaddr_in)));
    }
    CALL("nowhere", sendmsg(tcp, NULL, MSG_FASTOPEN));
    CALL("nowhere", sendmmsg(tcp, NULL, 1, MSG_FASTOPEN));
    CALL("level", setsockopt(tcp, 250, TCP_KEEPIDLE, &good, sizeof good));
    CALL("name", setsockopt(tcp, IPPROTO_TCP, 250, &good, sizeof good));
    CALL("other", setsockopt(tcp, SOL_SOCKET, SO_RCVLOWAT, &good, sizeof good));
    probe_shows("tcp", tcp);
    probe_shows("udp", udp);
}
