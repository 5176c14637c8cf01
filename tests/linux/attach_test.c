/*
 * `tcpalive attach` on programs that run already: every socket's values before and after, read from outside;
 * redis with thousands of clients; and what it costs beside a plain loop that does no more than it must.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/oracle.h"
#include "harness/place.h"
#include "harness/scene.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IDLE = 41, INTERVAL = 7, PROBES = 4, ROOM = 64, CLIENTS = 5000, WORDS = 16 };

#define SETTINGS "--idle", "41", "--interval", "7", "--probes", "4"

static struct oracle_socket seen[2 * CLIENTS + ROOM];

static bool has_policy(const struct oracle_socket *socket)
{
    return socket->keepalive == 1 && socket->idle == IDLE && socket->interval == INTERVAL && socket->probes == PROBES;
}

static size_t with_policy(pid_t pid)
{
    size_t with = 0;
    ssize_t count = oracle_process(pid, seen, sizeof seen / sizeof *seen);
    for (ssize_t i = 0; i < count; i++)
        with += has_policy(&seen[i]);
    return with;
}

static struct child *start(const char *program, const char *argument, uid_t uid)
{
    const char *argv[] = {place_file(program), argument, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv, .uid = uid});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    return child;
}

/* `tcpalive attach SETTINGS words... pid`, to its end. What it printed is in child_output() of the result. */
static struct child *attach(pid_t pid, uid_t uid, int status, const char *const words[])
{
    char number[16];
    const char *argv[WORDS] = {place_file("tcpalive"), "attach", SETTINGS};
    size_t count = 8;
    for (; words && *words; words++)
        argv[count++] = *words;
    snprintf(number, sizeof number, "%d", (int)pid);
    argv[count] = pid ? number : NULL;
    struct child *child = child_start(&(struct child_plan){.argv = argv, .uid = uid});
    int ended = child_wait(child, CHILD_DEADLINE_MS);
    if (ended != status)
        fail_msg("exit status %d: %s", ended, child_errors(child));
    return child;
}

static void every_socket_of_a_running_program(void **state)
{
    char wanted[64];
    (void)state;
    struct child *child = start("tests/direct/static", NULL, 0);
    ssize_t count = oracle_process(child_pid(child), seen, ROOM);
    assert_true(count >= 7);
    assert_int_equal(with_policy(child_pid(child)), 0);
    struct child *attaching = attach(child_pid(child), 0, 0, NULL);
    assert_int_equal(with_policy(child_pid(child)), count);
    snprintf(wanted, sizeof wanted, "%zd set, 0 left alone, 0 refused\n", count);
    assert_string_equal(child_output(attaching), wanted);
    assert_string_equal(child_errors(attaching), "");
}

static void an_ordinary_users_own_program(void **state)
{
    (void)state;
    if (getuid() != 0)
        skip();
    struct child *child = start("tests/direct/static", NULL, PLACE_NOBODY);
    attach(child_pid(child), PLACE_NOBODY, 0, NULL);
    assert_true(with_policy(child_pid(child)) >= 7);
    struct child *roots = start("tests/direct/static", NULL, 0);
    struct child *attaching = attach(child_pid(roots), PLACE_NOBODY, 1, NULL);
    char wanted[128];
    snprintf(wanted, sizeof wanted, "tcpalive: process '%d': Operation not permitted\n", (int)child_pid(roots));
    assert_string_equal(child_errors(attaching), wanted);
    assert_int_equal(with_policy(child_pid(roots)), 0);
}

static void a_line_for_every_socket(void **state)
{
    (void)state;
    struct child *child = start("tests/direct/static", NULL, 0);
    struct child *attaching = attach(child_pid(child), 0, 0, (const char *[]){"--verbose", NULL});
    size_t lines = 0;
    for (const char *at = child_output(attaching); (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, with_policy(child_pid(child)) + 1);
    assert_non_null(strstr(child_output(attaching), " LISTEN: idle 41s interval 7s probes 4\n"));
}

static void wrong_use(void **state)
{
    (void)state;
    attach(0, 0, 125, NULL);
    attach(0, 0, 125, (const char *[]){"x1", NULL});
    attach(0, 0, 125, (const char *[]){"--no-such", "1", NULL});
    attach(0, 0, 125, (const char *[]){"--port", "70000", "1", NULL});
    attach(1, 0, 125, (const char *[]){"--probes", "900", NULL});
    struct child *attaching = attach(2147483647, 0, 1, NULL);
    assert_string_equal(child_errors(attaching), "tcpalive: process '2147483647': No such process\n");
}

static void one_port_only(void **state)
{
    char port[16];
    (void)state;
    struct child *child = start("tests/direct/static", NULL, 0);
    ssize_t count = oracle_process(child_pid(child), seen, ROOM), on_port = 0;
    int wanted = oracle_port(&seen[0].local);
    for (ssize_t i = 0; i < count; i++)
        on_port += oracle_port(&seen[i].local) == wanted || oracle_port(&seen[i].peer) == wanted;
    snprintf(port, sizeof port, "%d", wanted);
    attach(child_pid(child), 0, 0, (const char *[]){"--port", port, NULL});
    assert_int_equal(with_policy(child_pid(child)), on_port);
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
    ssize_t count = oracle_tree(child_pid(child), seen, ROOM);
    assert_true(count >= 7);
    attach(child_pid(child), 0, 0, NULL);
    oracle_tree(child_pid(child), seen, ROOM);
    assert_false(has_policy(&seen[0]));
    attach(child_pid(child), 0, 0, (const char *[]){"--tree", NULL});
    oracle_tree(child_pid(child), seen, ROOM);
    for (ssize_t i = 0; i < count; i++)
        assert_true(has_policy(&seen[i]));
}

static void rules_decide_by_direction(void **state)
{
    (void)state;
    struct child *child = start("tests/direct/static", NULL, 0);
    attach(child_pid(child), 0, 0,
           (const char *[]){"--rules", "connect * off; accept 127.0.0.0/8 idle=33; accept * idle=66", NULL});
    ssize_t count = oracle_process(child_pid(child), seen, ROOM);
    int port[2] = {0}; /* of the IPv4 and IPv6 listener */
    for (ssize_t i = 0; i < count; i++)
        if (seen[i].listening)
            port[seen[i].domain == AF_INET6] = oracle_port(&seen[i].local);
    for (ssize_t i = 0; i < count; i++) {
        bool v6 = seen[i].domain == AF_INET6;
        if (seen[i].listening)
            continue; /* cannot tell: its connections are decided one by one */
        if (oracle_port(&seen[i].local) == port[v6])
            assert_int_equal(seen[i].idle, v6 ? 66 : 33);
        else
            assert_int_equal(seen[i].keepalive, 0);
    }
}

static void modes_leave_to_the_program_what_is_its_own(void **state)
{
    static const struct {
        const char *mode;
        int idle, interval, user_timeout;
    } cases[] = {{"enforce", IDLE, INTERVAL, 5000}, {"tighten", 15, INTERVAL, 5000}, {"respect", 15, INTERVAL, 9000}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct child *child = start("tests/direct/static", "own", 0);
        attach(child_pid(child), 0, 0, (const char *[]){"--user-timeout", "5s", "--mode", cases[i].mode, NULL});
        ssize_t count = oracle_process(child_pid(child), seen, ROOM);
        for (ssize_t s = 0; s < count; s++) {
            assert_int_equal(seen[s].idle, cases[i].idle);
            assert_int_equal(seen[s].interval, cases[i].interval);
            assert_int_equal(seen[s].user_timeout, cases[i].user_timeout);
        }
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
    struct child *child = start("tests/direct/dynamic", "apart", 0);
    struct child *attaching = attach(child_pid(child), 0, 0, NULL);
    assert_true(atoi(child_output(attaching)) >= 7);
}

static struct sockaddr_in loopback;

static int make_listener(void)
{
    socklen_t length = sizeof loopback;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    loopback = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(bind(fd, (struct sockaddr *)&loopback, length), 0);
    assert_int_equal(listen(fd, 4096), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&loopback, &length), 0);
    return fd;
}

static int connect_to(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in name = loopback;
    name.sin_port = htons((uint16_t)port);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof name), 0);
    return fd;
}

static int under_policy(void *fd)
{
    int idle = 0;
    socklen_t length = sizeof idle;
    return getsockopt(*(int *)fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, &length) == 0 && idle == IDLE;
}

/* The test itself is the program that is watched: a connection that it makes later comes under the policy as
 * well. */
static void watching_goes_on_with_new_connections(void **state)
{
    char number[16];
    (void)state;
    int listening = make_listener();
    snprintf(number, sizeof number, "%d", (int)getpid());
    const char *argv[] = {place_file("tcpalive"), "attach", SETTINGS, "--watch", "--verbose", number, NULL};
    struct child *watching = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(watching, " LISTEN: ", CHILD_DEADLINE_MS), 0);
    int later = connect_to(ntohs(loopback.sin_port));
    assert_int_equal(scene_until(under_policy, &later, CHILD_DEADLINE_MS), 0);
    const int own = 15;
    assert_int_equal(setsockopt(later, IPPROTO_TCP, TCP_KEEPIDLE, &own, sizeof own), 0);
    assert_int_equal(scene_until(under_policy, &later, CHILD_DEADLINE_MS), 0); /* enforced again */
    child_stop(watching);
    close(later);
    close(listening);
}

static void watching_ends_with_the_program(void **state)
{
    char number[16];
    (void)state;
    struct child *child = start("tests/direct/static", NULL, 0);
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    const char *argv[] = {place_file("tcpalive"), "attach", SETTINGS, "--watch", "--verbose", number, NULL};
    struct child *watching = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(watching, " LISTEN: ", CHILD_DEADLINE_MS), 0);
    child_stop(child);
    assert_int_equal(child_wait(watching, CHILD_DEADLINE_MS), 0);
}

/* Room for `wanted` descriptors in this process and those that it starts; how many there can be. */
static int raise_limit(int wanted)
{
    struct rlimit files;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    return files.rlim_max < (rlim_t)wanted + 200 ? (int)files.rlim_max - 200 : wanted;
}

struct expected {
    pid_t pid;
    ssize_t count;
};

static int has_so_many(void *argument)
{
    struct expected *expected = argument;
    return oracle_process(expected->pid, seen, sizeof seen / sizeof *seen) >= expected->count;
}

static void redis_with_thousands_of_clients(void **state)
{
    static int client[CLIENTS];
    char port[16], answer[16] = "";
    (void)state;
    const char *probe[] = {"redis-server", "--version", NULL};
    if (child_run(&(struct child_plan){.argv = probe}, NULL, 0) != 0)
        skip();
    int clients = raise_limit(CLIENTS), listening = make_listener();
    int number = ntohs(loopback.sin_port);
    close(listening);
    snprintf(port, sizeof port, "%d", number);
    const char *argv[] = {
        "redis-server", "--port",          port, "--bind",        "127.0.0.1", "--save", "", "--maxclients",
        "6000",         "--tcp-keepalive", "0",  "--tcp-backlog", "4096",      NULL};
    struct child *redis = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_listens(redis, number, CHILD_DEADLINE_MS), number);
    for (int i = 0; i < clients; i++)
        client[i] = connect_to(number);
    struct expected all = {child_pid(redis), clients + 1};
    assert_int_equal(scene_until(has_so_many, &all, CHILD_DEADLINE_MS), 0);
    assert_int_equal(with_policy(child_pid(redis)), 0);
    attach(child_pid(redis), 0, 0, NULL);
    assert_int_equal(with_policy(child_pid(redis)), clients + 1);
    int later = connect_to(number); /* inherits from the listener */
    all.count++;
    assert_int_equal(scene_until(has_so_many, &all, CHILD_DEADLINE_MS), 0);
    assert_int_equal(with_policy(child_pid(redis)), clients + 2);
    assert_int_equal(write(client[clients - 1], "PING\r\n", 6), 6);
    assert_int_equal(read(client[clients - 1], answer, sizeof answer - 1), 7);
    assert_string_equal(answer, "+PONG\r\n");
    close(later);
    for (int i = 0; i < clients; i++)
        close(client[i]);
}

static void ten_thousand_sockets(void **state)
{
    (void)state;
    int count = raise_limit(2 * CLIENTS) / 2 * 2;
    if (count < 2000)
        skip();
    int ready[2], listening = make_listener();
    char byte;
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t holder = fork();
    if (holder == 0) { /* descriptors in a row from `ready[1] + 1` on */
        close(ready[0]);
        for (int i = 0; i < count / 2; i++)
            if (connect_to(ntohs(loopback.sin_port)) < 0 || accept(listening, NULL, NULL) < 0)
                _exit(1);
        if (write(ready[1], "r", 1) == 1)
            pause();
        _exit(0);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    char number[16];
    snprintf(number, sizeof number, "%d", (int)holder);
    const char *argv[] = {place_file("tcpalive"), "attach", SETTINGS, number, NULL};
    int status = child_run(&(struct child_plan){.argv = argv}, NULL, 0);
    size_t with = with_policy(holder);
    kill(holder, SIGKILL);
    close(ready[0]);
    close(listening);
    assert_int_equal(status, 0);
    assert_int_equal(with, count + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_socket_of_a_running_program, child_stop_all),
        cmocka_unit_test_teardown(an_ordinary_users_own_program, child_stop_all),
        cmocka_unit_test_teardown(a_line_for_every_socket, child_stop_all),
        cmocka_unit_test_teardown(wrong_use, child_stop_all),
        cmocka_unit_test_teardown(one_port_only, child_stop_all),
        cmocka_unit_test_teardown(children_with_tree_only, child_stop_all),
        cmocka_unit_test_teardown(rules_decide_by_direction, child_stop_all),
        cmocka_unit_test_teardown(modes_leave_to_the_program_what_is_its_own, child_stop_all),
        cmocka_unit_test_teardown(a_threads_own_descriptors, child_stop_all),
        cmocka_unit_test_teardown(watching_goes_on_with_new_connections, child_stop_all),
        cmocka_unit_test_teardown(watching_ends_with_the_program, child_stop_all),
        cmocka_unit_test_teardown(redis_with_thousands_of_clients, child_stop_all),
        cmocka_unit_test_teardown(ten_thousand_sockets, child_stop_all),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
