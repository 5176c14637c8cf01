/* `tcpalive attach` with rules that tell directions apart, on connections whose listener is closed. */
#include "attach.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MPTCP = 262, FULL = 1 << 16, BY_CONNECT = 44, BY_ACCEPT = 33 };

/* A connection of the test with itself, both ends of which are known. */
static bool connection(int family, int protocol, int pair[2])
{
    struct sockaddr_in6 name = {.sin6_family = (sa_family_t)family};
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = family == AF_INET ? sizeof in : sizeof name;
    if (family == AF_INET)
        memcpy(&name, &in, sizeof in);
    else
        name.sin6_addr = in6addr_loopback;
    int listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, protocol);
    if (listener < 0)
        return false;
    bool there = bind(listener, (struct sockaddr *)&name, length) == 0 && listen(listener, 1) == 0 &&
                 getsockname(listener, (struct sockaddr *)&name, &length) == 0;
    pair[0] = socket(family, SOCK_STREAM | SOCK_CLOEXEC, protocol);
    there = there && connect(pair[0], (struct sockaddr *)&name, length) == 0;
    pair[1] = there ? accept4(listener, NULL, NULL, SOCK_CLOEXEC) : -1;
    close(listener);
    if (!there)
        close(pair[0]);
    return there;
}

/* Until neither end takes any more. */
static void fill(const int pair[2])
{
    static const char much[FULL];
    for (int i = 0; i < 2; i++)
        while (send(pair[i], much, sizeof much, MSG_DONTWAIT) > 0)
            ;
}

static int idle_of(int fd)
{
    int idle = 0;
    socklen_t length = sizeof idle;
    assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, &length), 0);
    return idle;
}

static const char *attach_by_direction(void)
{
    char rules[64];
    snprintf(rules, sizeof rules, "connect * idle=%d; accept * idle=%d", BY_CONNECT, BY_ACCEPT);
    return child_output(attach_run(getpid(), 0, 0, (const char *[]){"--rules", rules, NULL}));
}

static void both_ends_are_told_apart(void **state)
{
    static const int families[] = {AF_INET, AF_INET6};
    (void)state;
    for (size_t i = 0; i < 2; i++)
        for (int stage = 0; stage < 3; stage++) {
            int pair[2] = {-1, -1};
            if (!connection(families[i], 0, pair))
                continue; /* no IPv6 */
            if (stage == 1)
                assert_true(write(pair[0], "hello", 5) == 5 && write(pair[1], "worldly", 7) == 7);
            if (stage == 2)
                fill(pair);
            attach_by_direction();
            assert_int_equal(idle_of(pair[0]), BY_CONNECT);
            assert_int_equal(idle_of(pair[1]), BY_ACCEPT);
            close(pair[0]);
            close(pair[1]);
        }
}

/* On a machine with many connections, or with room for many, that list takes milliseconds; and a supervisor as long. */
static void no_list_is_read_where_the_kernel_tells(void **state)
{
    static char output[1 << 20];
    char number[16];
    int pair[2] = {-1, -1};
    (void)state;
    snprintf(number, sizeof number, "%d", (int)getpid());
    const char *argv[] = {"strace",
                          "-qq",
                          "-o",
                          "/dev/stdout",
                          "-e",
                          "trace=file",
                          place_file("tcpalive"),
                          "attach",
                          "--rules",
                          "connect * idle=44; accept * idle=33",
                          number,
                          NULL};
    assert_true(connection(AF_INET, 0, pair));
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, output, sizeof output), 0);
    assert_int_equal(idle_of(pair[0]), BY_CONNECT);
    assert_non_null(strstr(output, "/proc/"));
    assert_null(strstr(output, "/net/tcp"));
    close(pair[0]);
    close(pair[1]);
}

/*
 * Nobody can tell for an MPTCP connection with data waiting: it is left as it is, unless both directions come
 * to the same.
 */
static void what_cannot_be_known_is_left_alone(void **state)
{
    int pair[2] = {-1, -1};
    (void)state;
    if (!connection(AF_INET, MPTCP, pair))
        skip();
    fill(pair);
    int before = idle_of(pair[1]);
    attach_by_direction();
    int idle = idle_of(pair[1]);
    assert_true(idle == before || idle == BY_ACCEPT); /* never what the other direction would get */
    attach_run(getpid(), 0, 0, (const char *[]){"--rules", "any * idle=35", NULL});
    assert_int_equal(idle_of(pair[0]), 35);
    assert_int_equal(idle_of(pair[1]), 35);
    close(pair[0]);
    close(pair[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ATTACH_TEST(both_ends_are_told_apart),
        ATTACH_TEST(no_list_is_read_where_the_kernel_tells),
        ATTACH_TEST(what_cannot_be_known_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
