/*
 * The job itself: an old Pascal server, its client's cable is pulled. Bare, it waits for ever; with tcpalive
 * its GetQueuedCompletionStatus fails in time. Everything happens in network namespaces that this program
 * makes.
 *
 * --detect 6s means silence of 3 s, then 3 probes 1 s apart. With ten fixed probes, as on an old Windows,
 * they come every 300 ms. Wine counts whole seconds, upwards, and nine probes: 3 s + 9 x 1 s. What the kernel
 * really holds is read from outside and gives the promise.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include "windows/wine_seen.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOOL "run --detect 6s --"
enum { BARE_MS = 60000, LATE_MS = 30000, IDLE = 3, INTERVAL = 1, PROBES = 9, SERVERS = 8 };

static int server_net = -1, client_net = -1;

static int own_net(void)
{
    int net = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    assert_true(net >= 0);
    return net;
}

static void enter(int net)
{
    assert_int_equal(setns(net, CLONE_NEWNET), 0);
}

static void must_run(const char *command)
{
    if (system(command) != 0)
        fail_msg("%s", command);
}

/* This process, and with it Wine, stays in the server's namespace; the client's is held open by its descriptor. */
static int lab_setup(void **state)
{
    char command[200];
    if (unshare(CLONE_NEWNET) != 0)
        return 0; /* every test then skips */
    server_net = own_net();
    assert_int_equal(unshare(CLONE_NEWNET), 0);
    client_net = own_net();
    must_run("ip link set lo up");
    enter(server_net);
    must_run("ip link set lo up");
    snprintf(command, sizeof command, "ip link add server type veth peer name client netns /proc/%d/fd/%d",
             (int)getpid(), client_net);
    must_run(command);
    must_run("ip address add 192.0.2.1/24 dev server && ip link set server up");
    enter(client_net);
    must_run("ip address add 192.0.2.2/24 dev client && ip link set client up");
    enter(server_net);
    return wine_setup_here(state);
}

static int lab_teardown(void **state)
{
    return client_net >= 0 ? wine_teardown(state) : 0;
}

static int connect_from_client(int port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, "192.0.2.1", &name.sin_addr);
    enter(client_net);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    enter(server_net);
    assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof name), 0);
    return fd;
}

/* Acknowledged at once: with data in flight the server's kernel would retransmit instead of probing. */
static void expect_echo(int fd)
{
    char text[8];
    int on = 1;
    struct timeval limit = {WINE_DEADLINE_MS / 1000, 0};
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    assert_int_equal(send(fd, "hello", 5, 0), 5);
    assert_int_equal(recv(fd, text, sizeof text, 0), 5);
}

static struct server {
    const char *word, *program;
    int covered, client;
    struct child *child;
} servers[SERVERS];

static void start_server(struct server *server)
{
    server->child = wine_start(server->word, server->covered ? TOOL : NULL, server->program, NULL);
    int port = (int)wine_number(server->child, "listening ");
    assert_true(port > 0);
    server->client = connect_from_client(port);
    expect_echo(server->client);
    struct oracle_socket seen = wine_connection(port);
    assert_int_equal(seen.keepalive, server->covered);
    if (server->covered && (seen.idle != IDLE || seen.interval != INTERVAL || seen.probes != PROBES)) {
        oracle_print(stderr, &seen);
        fail_msg("%s %s: 3 s, 1 s, 9 expected", server->word, server->program);
    }
}

static int has_gone(void *context)
{
    const struct server *server = context;
    return strstr(child_output(server->child), "gone ") != NULL;
}

static void a_pulled_cable_is_noticed(void **state)
{
    static const char *const programs[2] = {"accept_server", "acceptex_server"};
    (void)state;
    if (client_net < 0)
        skip(); /* network namespaces are root's to make */
    for (int i = 0; i < SERVERS; i++) {
        servers[i] = (struct server){wine_words[i % 2], programs[i / 2 % 2], i / 4, -1, NULL};
        start_server(&servers[i]);
    }
    enter(client_net);
    must_run("ip link set client down");
    enter(server_net);
    long long cut = scene_now_ms();
    for (int i = SERVERS / 2; i < SERVERS; i++) {
        long long left = cut + (IDLE + INTERVAL * PROBES) * 1000 + LATE_MS - scene_now_ms();
        if (scene_until(has_gone, &servers[i], left > 0 ? (int)left : 0) != 0)
            fail_msg("%s %s: nothing noticed: %s", servers[i].word, servers[i].program, child_output(servers[i].child));
        wine_seen(servers[i].word,
                  strcmp(servers[i].program, "accept_server") ? "acceptex_server.exe" : "accept_server.exe",
                  "a pulled cable");
        print_message("%s %s: noticed after %lld ms at the latest\n", servers[i].word, servers[i].program,
                      scene_now_ms() - cut);
    }
    long long left = cut + BARE_MS - scene_now_ms();
    for (int i = 0; i < SERVERS / 2; i++) {
        if (scene_until(has_gone, &servers[i], left > 0 ? (int)left : 0) == 0)
            fail_msg("%s %s: bare, it noticed by itself", servers[i].word, servers[i].program);
        left = cut + BARE_MS - scene_now_ms();
    }
    for (int i = 0; i < SERVERS; i++)
        close(servers[i].client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(a_pulled_cable_is_noticed, child_stop_all)};
    return cmocka_run_group_tests(tests, lab_setup, lab_teardown);
}
