/* Sockets of Windows programs as Linux sees them, and the test's own ends of their connections. */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "wine.h"
#include <arpa/inet.h>
#include <unistd.h>

enum { SOCKETS_MAX = 128 };

struct search {
    int port, listening, accepted; /* accepted: the end that listens there took it */
    struct oracle_socket found;
};

static int find(void *context)
{
    struct search *search = context;
    static struct oracle_socket seen[SOCKETS_MAX];
    ssize_t count = oracle_tree(getpid(), seen, SOCKETS_MAX);
    for (ssize_t i = 0; i < count; i++) {
        int on_port = oracle_port(&seen[i].local) == search->port ||
                      (!search->listening && !search->accepted && oracle_port(&seen[i].peer) == search->port);
        if (seen[i].pid == getpid() || !on_port || seen[i].listening != search->listening)
            continue;
        search->found = seen[i];
        return 1;
    }
    return 0;
}

static struct oracle_socket look_for(struct search search)
{
    if (scene_until(find, &search, CHILD_DEADLINE_MS) != 0)
        fail_msg("no Windows program has a %s on port %d", search.listening ? "listener" : "connection", search.port);
    return search.found;
}

struct oracle_socket wine_connection(int port)
{
    return look_for((struct search){.port = port});
}

struct oracle_socket wine_accepted(int port)
{
    return look_for((struct search){.port = port, .accepted = 1});
}

struct oracle_socket wine_listener(int port)
{
    return look_for((struct search){.port = port, .listening = 1});
}

int wine_listen(int family, int *port)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr *name = family == AF_INET ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
    socklen_t size = family == AF_INET ? sizeof v4 : sizeof v6;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, name, size), 0);
    assert_int_equal(listen(fd, SOMAXCONN), 0);
    assert_int_equal(getsockname(fd, name, &size), 0);
    *port = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
    return fd;
}
