/* Sockets of Windows programs as Linux sees them, and the test's own ends of their connections. */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "wine.h"
#include <arpa/inet.h>
#include <unistd.h>

/* As many as a test's Windows may have: wineserver holds them all. */
enum { SOCKETS_MAX = 16384 };

enum end { EITHER, OTHER, LISTENER }; /* which end has the port */

struct search {
    int port;
    enum end end;
    struct oracle_socket found;
};

static int has_port(const struct search *search, const struct oracle_socket *seen)
{
    int own = oracle_port(&seen->local) == search->port, other = oracle_port(&seen->peer) == search->port;
    if (seen->listening != (search->end == LISTENER))
        return 0;
    return search->end == LISTENER ? own : search->end == OTHER ? other : own || other;
}

static int find(void *context)
{
    struct search *search = context;
    static struct oracle_socket seen[SOCKETS_MAX];
    ssize_t count = oracle_tree(getpid(), seen, SOCKETS_MAX);
    for (ssize_t i = 0; i < count; i++)
        if (seen[i].pid != getpid() && has_port(search, &seen[i])) {
            search->found = seen[i];
            return 1;
        }
    return 0;
}

static struct oracle_socket look_for(struct search search)
{
    if (scene_until(find, &search, WINE_DEADLINE_MS) != 0)
        fail_msg("no Windows program has a %s on port %d", search.end == LISTENER ? "listener" : "connection",
                 search.port);
    return search.found;
}

struct oracle_socket wine_connection(int port)
{
    return look_for((struct search){port, .end = EITHER});
}

struct oracle_socket wine_peer_of(int port)
{
    return look_for((struct search){port, .end = OTHER});
}

struct oracle_socket wine_listener(int port)
{
    return look_for((struct search){port, .end = LISTENER});
}

struct wait {
    struct oracle_socket (*look)(int port);
    int port, idle;
};

static int has_idle(void *context)
{
    const struct wait *wait = context;
    struct oracle_socket seen = wait->look(wait->port);
    return seen.keepalive && seen.idle == wait->idle;
}

static void await(struct wait wait)
{
    if (scene_until(has_idle, &wait, WINE_DEADLINE_MS) == 0)
        return;
    struct oracle_socket seen = wait.look(wait.port);
    oracle_print(stderr, &seen);
    fail_msg("idle %d s never came", wait.idle);
}

void wine_connection_gets(int port, int idle)
{
    await((struct wait){wine_connection, port, idle});
}

void wine_peer_gets(int port, int idle)
{
    await((struct wait){wine_peer_of, port, idle});
}

void wine_listener_gets(int port, int idle)
{
    await((struct wait){wine_listener, port, idle});
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

int wine_free_port(void)
{
    int port, listener = wine_listen(AF_INET, &port);
    close(listener);
    return port;
}
