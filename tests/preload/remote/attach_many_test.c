/* `tcpalive attach` and connections that come later, thousands of redis, ten thousand of one process. */
#include "attach.h"
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/place.h"
#include "harness/scene.h"
#include "harness/seen.h"
#include "harness/twice.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 5000 };

static struct oracle_socket sockets[2 * CLIENTS + POLICY_ROOM];

static int under_policy(void *fd)
{
    int idle = 0;
    socklen_t length = sizeof idle;
    return getsockopt(*(int *)fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, &length) == 0 && idle == POLICY_IDLE;
}

/* The test itself is the program that is watched: a connection that it makes later comes under the policy as well. */
static void watching_goes_on_with_new_connections(void **state)
{
    char number[16];
    (void)state;
    int listening = loopback_listener();
    snprintf(number, sizeof number, "%d", (int)getpid());
    const char *argv[] = {place_file("tcpalive"), "attach", POLICY_SETTINGS, "--watch", "--verbose", number, NULL};
    struct child *watching = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(watching, " LISTEN: ", CHILD_DEADLINE_MS), 0);
    int later = loopback_connect(loopback_port(listening));
    assert_int_equal(scene_until(under_policy, &later, CHILD_DEADLINE_MS), 0);
    const int own = 15;
    assert_int_equal(setsockopt(later, IPPROTO_TCP, TCP_KEEPIDLE, &own, sizeof own), 0);
    assert_int_equal(scene_until(under_policy, &later, CHILD_DEADLINE_MS), 0); /* enforced again */
    child_stop(watching);
    close(later);
    close(listening);
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
    return oracle_process(expected->pid, sockets, sizeof sockets / sizeof *sockets) >= expected->count;
}

static void redis_with_thousands_of_clients(void **state)
{
    static int client[CLIENTS];
    char port[16], answer[16] = "";
    (void)state;
    const char *probe[] = {"redis-server", "--version", NULL};
    if (child_run(&(struct child_plan){.argv = probe}, NULL, 0) != 0)
        skip();
    int clients = raise_limit(CLIENTS), number = twice_free_port();
    snprintf(port, sizeof port, "%d", number);
    const char *argv[] = {
        "redis-server", "--port",          port, "--bind",        "127.0.0.1", "--save", "", "--maxclients",
        "6000",         "--tcp-keepalive", "0",  "--tcp-backlog", "4096",      NULL};
    struct child *redis = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_listens(redis, number, CHILD_DEADLINE_MS), number);
    for (int i = 0; i < clients; i++)
        client[i] = loopback_connect(number);
    struct expected all = {child_pid(redis), clients + 1};
    assert_int_equal(scene_until(has_so_many, &all, CHILD_DEADLINE_MS), 0);
    assert_int_equal(attach_reached(child_pid(redis)), 0);
    attach_run(child_pid(redis), 0, 0, NULL);
    assert_int_equal(attach_reached(child_pid(redis)), clients + 1);
    int later = loopback_connect(number); /* inherits from the listener */
    all.count++;
    assert_int_equal(scene_until(has_so_many, &all, CHILD_DEADLINE_MS), 0);
    assert_int_equal(attach_reached(child_pid(redis)), clients + 2);
    assert_int_equal(write(client[clients - 1], "PING\r\n", 6), 6);
    assert_int_equal(read(client[clients - 1], answer, sizeof answer - 1), 7);
    assert_string_equal(answer, "+PONG\r\n");
    seen(child_pid(redis), "attach", NULL);
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
    int ready[2], listening = loopback_listener();
    char byte;
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t holder = fork();
    if (holder == 0) { /* descriptors in a row from `ready[1] + 1` on */
        close(ready[0]);
        for (int i = 0; i < count / 2; i++)
            if (loopback_connect(loopback_port(listening)) < 0 || accept(listening, NULL, NULL) < 0)
                _exit(1);
        if (write(ready[1], "r", 1) == 1)
            pause();
        _exit(0);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    char number[16];
    snprintf(number, sizeof number, "%d", (int)holder);
    const char *argv[] = {place_file("tcpalive"), "attach", POLICY_SETTINGS, number, NULL};
    int status = child_run(&(struct child_plan){.argv = argv}, NULL, 0);
    size_t with = attach_reached(holder);
    kill(holder, SIGKILL);
    close(ready[0]);
    close(listening);
    assert_int_equal(status, 0);
    assert_int_equal(with, count + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ATTACH_TEST(watching_goes_on_with_new_connections),
        ATTACH_TEST(redis_with_thousands_of_clients),
        ATTACH_TEST(ten_thousand_sockets),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
