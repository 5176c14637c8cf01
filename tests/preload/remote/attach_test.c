/* `tcpalive attach` on programs that run already: every socket's values before and after, read from outside. */
#include "attach.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/seen.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct oracle_socket sockets[POLICY_ROOM];

static void every_socket_of_a_running_program(void **state)
{
    char wanted[64];
    (void)state;
    struct child *child = attach_start("tests/direct/static", NULL, 0);
    ssize_t count = oracle_process(child_pid(child), sockets, POLICY_ROOM);
    assert_true(count >= 7);
    assert_int_equal(attach_reached(child_pid(child)), 0);
    struct child *attaching = attach_run(child_pid(child), 0, 0, NULL);
    assert_int_equal(attach_reached(child_pid(child)), count);
    snprintf(wanted, sizeof wanted, "%zd set, 0 left alone, 0 refused\n", count);
    assert_string_equal(child_output(attaching), wanted);
    assert_string_equal(child_errors(attaching), "");
    seen(child_pid(child), "attach", NULL);
}

static void an_ordinary_users_own_program(void **state)
{
    (void)state;
    if (getuid() != 0)
        skip();
    struct child *child = attach_start("tests/direct/static", NULL, PLACE_NOBODY);
    attach_run(child_pid(child), PLACE_NOBODY, 0, NULL);
    assert_true(attach_reached(child_pid(child)) >= 7);
    struct child *roots = attach_start("tests/direct/static", NULL, 0);
    struct child *attaching = attach_run(child_pid(roots), PLACE_NOBODY, 1, NULL);
    char wanted[128];
    snprintf(wanted, sizeof wanted, "tcpalive: process '%d': Operation not permitted\n", (int)child_pid(roots));
    assert_string_equal(child_errors(attaching), wanted);
    assert_int_equal(attach_reached(child_pid(roots)), 0);
}

static void a_line_for_every_socket(void **state)
{
    (void)state;
    struct child *child = attach_start("tests/direct/static", NULL, 0);
    struct child *attaching = attach_run(child_pid(child), 0, 0, (const char *[]){"--verbose", NULL});
    size_t lines = 0;
    for (const char *at = child_output(attaching); (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, attach_reached(child_pid(child)) + 1);
    assert_non_null(strstr(child_output(attaching), " LISTEN: idle 41s interval 7s probes 4\n"));
}

static void wrong_use(void **state)
{
    (void)state;
    attach_run(0, 0, 125, NULL);
    attach_run(0, 0, 125, (const char *[]){"x1", NULL});
    attach_run(0, 0, 125, (const char *[]){"--no-such", "1", NULL});
    attach_run(0, 0, 125, (const char *[]){"--port", "70000", "1", NULL});
    attach_run(1, 0, 125, (const char *[]){"--probes", "900", NULL});
    struct child *attaching = attach_run(2147483647, 0, 1, NULL);
    assert_string_equal(child_errors(attaching), "tcpalive: process '2147483647': No such process\n");
}

static void one_port_only(void **state)
{
    char port[16];
    (void)state;
    struct child *child = attach_start("tests/direct/static", NULL, 0);
    ssize_t count = oracle_process(child_pid(child), sockets, POLICY_ROOM), on_port = 0;
    int wanted = oracle_port(&sockets[0].local);
    for (ssize_t i = 0; i < count; i++)
        on_port += oracle_port(&sockets[i].local) == wanted || oracle_port(&sockets[i].peer) == wanted;
    snprintf(port, sizeof port, "%d", wanted);
    attach_run(child_pid(child), 0, 0, (const char *[]){"--port", port, NULL});
    assert_int_equal(attach_reached(child_pid(child)), on_port);
}

static void children_with_tree_only(void **state)
{
    char script[2048];
    (void)state;
    snprintf(script, sizeof script, "mkfifo %s; %s <%s & exec 3>%s; wait", place_path("in"),
             place_file("tests/direct/static"), place_path("in"), place_path("in"));
    const char *argv[] = {"sh", "-c", script, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    ssize_t count = oracle_tree(child_pid(child), sockets, POLICY_ROOM);
    assert_true(count >= 7);
    attach_run(child_pid(child), 0, 0, NULL);
    oracle_tree(child_pid(child), sockets, POLICY_ROOM);
    assert_false(policy_on(&sockets[0]));
    attach_run(child_pid(child), 0, 0, (const char *[]){"--tree", NULL});
    oracle_tree(child_pid(child), sockets, POLICY_ROOM);
    policy_expect(sockets, (size_t)count, true);
}

static void rules_decide_by_direction(void **state)
{
    (void)state;
    struct child *child = attach_start("tests/direct/static", NULL, 0);
    attach_run(child_pid(child), 0, 0,
               (const char *[]){"--rules", "connect * off; accept 127.0.0.0/8 idle=33; accept * idle=66", NULL});
    ssize_t count = oracle_process(child_pid(child), sockets, POLICY_ROOM);
    int port[2];
    assert_true(count >= 7);
    policy_ports(sockets, (size_t)count, port);
    for (ssize_t i = 0; i < count; i++) {
        bool v6 = sockets[i].domain == AF_INET6;
        if (sockets[i].listening)
            continue; /* cannot tell: its connections are decided one by one */
        if (oracle_port(&sockets[i].local) == port[v6])
            assert_int_equal(sockets[i].idle, v6 ? 66 : 33);
        else
            assert_int_equal(sockets[i].keepalive, 0);
    }
}

static void modes_leave_to_the_program_what_is_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < POLICY_MODES; i++) {
        struct child *child = attach_start("tests/direct/static", "own", 0);
        attach_run(child_pid(child), 0, 0,
                   (const char *[]){"--user-timeout", "5s", "--mode", policy_modes[i].name, NULL});
        ssize_t count = oracle_process(child_pid(child), sockets, POLICY_ROOM);
        assert_true(count >= 7);
        policy_expect_mode(sockets, (size_t)count, &policy_modes[i]);
        child_stop(child);
    }
}

/* The thread's sockets are nobody else's; how many were set is all that can be seen from outside. */
static void a_threads_own_descriptors(void **state)
{
    (void)state;
    int pidfd = (int)syscall(SYS_pidfd_open, getpid(), O_EXCL);
    if (pidfd < 0)
        skip(); /* before Linux 6.9 */
    close(pidfd);
    struct child *child = attach_start("tests/direct/dynamic", "apart", 0);
    struct child *attaching = attach_run(child_pid(child), 0, 0, NULL);
    assert_true(atoi(child_output(attaching)) >= 7);
}

static void watching_ends_with_the_program(void **state)
{
    char number[16];
    (void)state;
    struct child *child = attach_start("tests/direct/static", NULL, 0);
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    const char *argv[] = {place_file("tcpalive"), "attach", POLICY_SETTINGS, "--watch", "--verbose", number, NULL};
    struct child *watching = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(watching, " LISTEN: ", CHILD_DEADLINE_MS), 0);
    child_stop(child);
    assert_int_equal(child_wait(watching, CHILD_DEADLINE_MS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ATTACH_TEST(every_socket_of_a_running_program),
        ATTACH_TEST(an_ordinary_users_own_program),
        ATTACH_TEST(a_line_for_every_socket),
        ATTACH_TEST(wrong_use),
        ATTACH_TEST(one_port_only),
        ATTACH_TEST(children_with_tree_only),
        ATTACH_TEST(rules_decide_by_direction),
        ATTACH_TEST(modes_leave_to_the_program_what_is_its_own),
        ATTACH_TEST(a_threads_own_descriptors),
        ATTACH_TEST(watching_ends_with_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
