/* What was decided for a connection, and then a child is started, or another socket connects. */
#include "probe.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

static void set(int fd, int level, int name, int value)
{
    CALL("set", setsockopt(fd, level, name, &value, sizeof value));
}

static int connect_to(const struct probe_place *place, int fd)
{
    CALL("connect", connect(fd, (const struct sockaddr *)&place->address, place->size));
    return fd;
}

/* PORT none|off none|child: old programs hand their sockets to all that they start. */
void probe_starts(char **arguments)
{
    char family[32] = "inet:";
    struct probe_place place = probe_place(strcat(family, arguments[0] ? arguments[0] : ""));
    int off = arguments[0] && arguments[1] && strcmp(arguments[1], "off") == 0;
    int listener = probe_listener(&place);
    if (off)
        set(listener, SOL_SOCKET, SO_KEEPALIVE, 0);
    int client = connect_to(&place, (int)CALL("socket", socket(place.domain, SOCK_STREAM, 0)));
    int accepted = (int)CALL("accept", accept(listener, NULL, NULL));
    if (off)
        set(client, SOL_SOCKET, SO_KEEPALIVE, 0);
    if (arguments[2] && strcmp(arguments[2], "child") == 0 && system("/bin/true") != 0)
        probe_wrong("child");
    probe_shows("listener", listener);
    probe_shows("client", client);
    probe_shows("accepted", accepted);
}

/* PORT PORT: a socket connects to the first; another, which the program has set up, to the second. */
void probe_second(char **arguments)
{
    char one[32] = "inet:", two[32] = "inet:";
    struct probe_place first = probe_place(strcat(one, arguments[0])), second = probe_place(strcat(two, arguments[1]));
    probe_listener(&first);
    probe_listener(&second);
    probe_shows("first", connect_to(&first, (int)CALL("socket", socket(first.domain, SOCK_STREAM, 0))));
    int fd = (int)CALL("socket", socket(second.domain, SOCK_STREAM, 0));
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 15);
    set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 5);
    set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 20000);
    probe_shows("second", connect_to(&second, fd));
}

/* IDLE on|off: what the program says before it connects, be it what the system says too. */
void probe_says(char **arguments)
{
    struct probe_place place = probe_place("inet");
    int fd = (int)CALL("socket", socket(place.domain, SOCK_STREAM, 0));
    probe_listener(&place);
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, probe_number(arguments[0]));
    set(fd, SOL_SOCKET, SO_KEEPALIVE, strcmp(arguments[1], "on") == 0);
    probe_shows("client", connect_to(&place, fd));
}

static void ask(int fd, char **calls)
{
    for (; *calls; calls++) {
        const char *number = strchr(*calls, '=');
        if (strcmp(*calls, "on") == 0 || strcmp(*calls, "off") == 0)
            set(fd, SOL_SOCKET, SO_KEEPALIVE, strcmp(*calls, "on") == 0);
        else if (number)
            set(fd, IPPROTO_TCP, **calls == 'i' ? TCP_KEEPIDLE : TCP_USER_TIMEOUT, probe_number(number + 1));
        else
            probe_wrong("call");
    }
}

/* PORT before|after CALL...: what the program itself says of its connection, before or after it is made. */
void probe_way(char **arguments)
{
    char family[32] = "inet:";
    struct probe_place place = probe_place(strcat(family, arguments[0]));
    int before = strcmp(arguments[1], "before") == 0, listener = probe_listener(&place);
    int client = (int)CALL("socket", socket(place.domain, SOCK_STREAM, 0));
    if (before)
        ask(client, arguments + 2);
    connect_to(&place, client);
    if (!before)
        ask(client, arguments + 2);
    probe_shows("listener", listener);
    probe_shows("client", client);
    probe_shows("accepted", (int)CALL("accept", accept(listener, NULL, NULL)));
}

#ifdef __GLIBC__
int __connect(int fd, const struct sockaddr *name, socklen_t size) __attribute__((weak));
#else
static int (*const __connect)(int, const struct sockaddr *, socklen_t) = connect;
#endif

/* By glibc's other name of connect. */
void probe_alias(char **arguments)
{
    struct probe_place place = probe_place("inet");
    int listener = probe_listener(&place), client = (int)CALL("socket", socket(place.domain, SOCK_STREAM, 0));
    (void)arguments;
    CALL("connect", __connect(client, (const struct sockaddr *)&place.address, place.size));
    probe_shows("listener", listener);
    probe_shows("client", client);
}
