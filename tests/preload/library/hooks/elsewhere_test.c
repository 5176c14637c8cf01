/*
 * Sockets that the program did not make: inherited under any number, received from another process, or
 * waiting in a listener's queue since before the program began. With and without the library.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int bound_socket(int domain, struct sockaddr_storage *address, socklen_t *size)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    *size = domain == AF_INET ? sizeof four : sizeof six;
    memcpy(address, domain == AF_INET ? (void *)&four : (void *)&six, *size);
    assert_int_equal(bind(fd, (struct sockaddr *)address, *size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)address, size), 0);
    return fd;
}

/* A listener with `queued` finished connections in its queue; their other ends stay open with the stage. */
static int listener_with(struct twice_stage *stage, int domain, int queued)
{
    struct sockaddr_storage address;
    socklen_t size;
    int listener = bound_socket(domain, &address, &size);
    assert_int_equal(listen(listener, 16), 0);
    while (queued-- > 0) {
        int client = socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(client, (struct sockaddr *)&address, size), 0);
        twice_keep(stage, client);
    }
    return listener;
}

/* A connection's accepted end; the other end stays open with the stage. */
static int connection(struct twice_stage *stage, int domain)
{
    int listener = listener_with(stage, domain, 1);
    int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(accepted >= 0);
    close(listener);
    return accepted;
}

static void listener_at_0(struct twice_stage *stage)
{
    twice_give(stage, listener_with(stage, AF_INET, 0), 0);
}

static void listener_at_3(struct twice_stage *stage)
{
    twice_give(stage, listener_with(stage, AF_INET6, 0), 3);
}

static void listener_at_300(struct twice_stage *stage)
{
    twice_give(stage, listener_with(stage, AF_INET, 0), 300);
}

static void listener_at_1500(struct twice_stage *stage)
{
    twice_give(stage, listener_with(stage, AF_INET, 0), 1500);
}

static void queue_at_0(struct twice_stage *stage)
{
    twice_give(stage, listener_with(stage, AF_INET6, 2), 0);
}

static void queue_at_3(struct twice_stage *stage)
{
    twice_give(stage, listener_with(stage, AF_INET, 2), 3);
}

static void queue_at_300(struct twice_stage *stage)
{
    twice_give(stage, listener_with(stage, AF_INET6, 2), 300);
}

/* As inetd starts its `nowait` services, but for stdout, which carries the probe's words. */
static void connection_as_inetd(struct twice_stage *stage)
{
    int fd = connection(stage, AF_INET);
    twice_give(stage, fd, 0);
}

static void connections(struct twice_stage *stage)
{
    twice_give(stage, connection(stage, AF_INET6), 0);
    twice_give(stage, connection(stage, AF_INET), 5);
    twice_give(stage, connection(stage, AF_INET), 300);
}

/* A Unix socket at 4 with a listener, one connection in its queue, and a connection on the way. */
static void message_at_4(struct twice_stage *stage)
{
    int ends[2], sent[2] = {listener_with(stage, AF_INET, 1), connection(stage, AF_INET6)};
    char control[CMSG_SPACE(sizeof sent)] = {0};
    struct iovec data = {"x", 1};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof sent);
    memcpy(CMSG_DATA(header), sent, sizeof sent);
    assert_int_equal(sendmsg(ends[0], &message, 0), 1);
    close(sent[0]);
    close(sent[1]);
    twice_keep(stage, ends[0]);
    twice_give(stage, ends[1], 4);
}

struct elsewhere_case {
    const char *name, *probe;
    void (*stage)(struct twice_stage *stage);
};

static const struct elsewhere_case cases[] = {
    {"listener at 0", "dial 0 accept 2", listener_at_0},
    {"listener at 3", "dial 3 accept4 2", listener_at_3},
    {"listener at 300", "dial 300 accept 2", listener_at_300},
    {"listener at 1500", "dial 1500 accept 1", listener_at_1500},
    {"queue at 0", "accept-on 0 accept 2", queue_at_0},
    {"queue at 3", "accept-on 3 accept4 2", queue_at_3},
    {"queue at 300", "accept-on 300 accept 2", queue_at_300},
    {"connection at 0", "use 0", connection_as_inetd},
    {"connections at 0, 5 and 300", "use 0 5 300", connections},
    {"received by recvmsg", "receive 4 recvmsg", message_at_4},
    {"received by recvmmsg", "receive 4 recvmmsg", message_at_4},
};
enum { CASES = sizeof cases / sizeof *cases };

static void came_from_elsewhere(const struct elsewhere_case *one, const char *environment)
{
    struct twice twice;
    struct twice_plan plan = {.probe = one->probe, .environment = environment, .stage = one->stage};
    assert_int_equal(twice_run(&twice, &plan), 0);
    twice_expect_all(&twice.bare, NULL, &twice_untouched);
    twice_expect_all(&twice.with, NULL, &twice_asked);
    twice_free(&twice);
}

static void by_settings(void **state)
{
    came_from_elsewhere(*state, TWICE_SETTINGS);
}

static void by_rule(void **state)
{
    came_from_elsewhere(*state, TWICE_RULE);
}

static void other_kinds_stage(struct twice_stage *stage)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    twice_keep(stage, pair[0]);
    twice_give(stage, pair[1], 5);
    twice_give(stage, socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), 6);
    twice_give(stage, socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), 300);
    int raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP); /* root's only */
    twice_give(stage, raw >= 0 ? raw : socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), 7);
}

static void other_kinds_are_left_alone(void **state)
{
    struct twice twice;
    struct twice_plan plan = {.probe = "use 5 6 7 300", .environment = *state, .stage = other_kinds_stage};
    assert_int_equal(twice_run(&twice, &plan), 0);
    assert_int_equal(twice.with.count, 4);
    for (size_t i = 0; i < twice.with.count; i++)
        assert_int_equal(twice.with.seen[i].socket.keepalive, 0);
    twice_free(&twice);
}

/*
 * Can the library know that something is open up there? From Linux 6.2 on, where /proc is mounted. And may a
 * program have it?
 */
static int high_numbers_are_found(void)
{
    struct rlimit limit;
    struct stat status;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max > 1500 && !scene_target()->root[0] &&
           stat("/proc/self/fd", &status) == 0 && status.st_size > 0;
}

static char *named(const char *what, const char *way)
{
    char *name = NULL;
    assert_true(asprintf(&name, "%s, %s", what, way) > 0);
    return name;
}

int main(void)
{
    static struct CMUnitTest tests[2 * CASES + 2] = {
        TWICE_CASES(other_kinds_are_left_alone, NULL, child_stop_all, ),
    };
    size_t count = 2;
    int high = high_numbers_are_found();
    for (size_t i = 0; i < CASES; i++) {
        void *one = (void *)&cases[i];
        if (cases[i].stage == listener_at_1500 && !high)
            continue;
        tests[count++] = (struct CMUnitTest){named(cases[i].name, "plain"), by_settings, NULL, child_stop_all, one};
        tests[count++] = (struct CMUnitTest){named(cases[i].name, "by rule"), by_rule, NULL, child_stop_all, one};
    }
    return _cmocka_run_group_tests("elsewhere", tests, count, NULL, NULL);
}
