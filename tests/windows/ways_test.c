/* Every way in which a Windows program comes to a TCP connection, without tcpalive and with it, in both word sizes. */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include "windows/wine_seen.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Wine 8 counts nine probes whatever is asked: the interval is shortened from 20 s, for ten probes, to 10 s. */
#define TOOL "run --idle 37s --interval 20s --probes 5 --"
enum { IDLE = 37, INTERVAL = 20, SHORTENED = 10, PROBES = 5, FIXED_PROBES = 9, UNTOUCHED_IDLE = 7200 };

static void expect(const struct oracle_socket *seen, int covered, const char *what)
{
    int interval = wine_counts_probes() ? INTERVAL : SHORTENED, probes = wine_counts_probes() ? PROBES : FIXED_PROBES;
    if (seen->keepalive != covered || seen->idle != (covered ? IDLE : UNTOUCHED_IDLE) ||
        (covered && (seen->interval != interval || seen->probes != probes))) {
        oracle_print(stderr, seen);
        if (covered)
            fail_msg("%s: keepalive 37 s, %d s, %d probes expected", what, interval, probes);
        fail_msg("%s: keepalive off expected", what);
    }
}

static void look_at_client(const char *word, const char *way, int covered)
{
    char words[800];
    int port, family = strcmp(way, "connect6") == 0 ? AF_INET6 : AF_INET;
    int listener = wine_listen(family, &port);
    snprintf(words, sizeof words, "probe %s %d", way, port);
    struct child *child = wine_start(word, covered ? TOOL : NULL, words, NULL);
    if (child_line_with(child, "ready", WINE_DEADLINE_MS) != 0)
        fail_msg("%s %s: %s%s", word, way, child_output(child), child_errors(child));
    struct oracle_socket seen = wine_connection(port);
    expect(&seen, covered, way);
    child_close_stdin(child);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
    if (covered)
        wine_seen(word, "probe.exe", NULL);
    child_stop(child);
    close(listener);
}

static void look_at_server(const char *word, const char *way, int covered)
{
    char words[256];
    snprintf(words, sizeof words, "probe %s", way);
    struct child *child = wine_start(word, covered ? TOOL : NULL, words, NULL);
    int port = (int)wine_number(child, "listening ");
    assert_true(port > 0);
    struct oracle_socket listener = wine_listener(port);
    expect(&listener, covered, way);
    int fd = loopback_connect(port);
    if (child_line_with(child, "ready", WINE_DEADLINE_MS) != 0)
        fail_msg("%s %s: %s%s", word, way, child_output(child), child_errors(child));
    struct oracle_socket seen = wine_connection(port);
    expect(&seen, covered, way);
    child_close_stdin(child);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
    child_stop(child);
    close(fd);
}

static void look_at_library(const char *word, const char *name)
{
    char way[700], file[64];
    snprintf(file, sizeof file, "windows/tests/%s/imports_%s.dll", word, name);
    snprintf(way, sizeof way, "connect_in %s", scene_build(file));
    look_at_client(word, way, 0);
    look_at_client(word, way, 1);
}

/* A library loaded after the program began: its own imports, by name, by Winsock's old name, and by delay load. */
static void libraries(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        look_at_library(wine_words[i], "plain");
        look_at_library(wine_words[i], "wsock32");
        look_at_library(wine_words[i], "delay");
    }
}

static void each_word(void (*look)(const char *word, const char *way, int covered), const char *way)
{
    for (size_t i = 0; i < 2; i++) {
        look(wine_words[i], way, 0);
        look(wine_words[i], way, 1);
    }
}

/* A listener that a bare program made and a covered one inherits. */
static void listener_from_elsewhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char words[600], file[64];
        snprintf(file, sizeof file, "windows/%s/tcpalive.exe", wine_words[i]);
        snprintf(words, sizeof words, "probe inherit %s", scene_build(file));
        struct child *child = wine_start(wine_words[i], NULL, words, NULL);
        int port = (int)wine_number(child, "listening ");
        wine_listener_gets(port, IDLE);
        int fd = loopback_connect(port);
        assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
        struct oracle_socket seen = wine_connection(port);
        expect(&seen, 1, "inherited");
        child_close_stdin(child);
        assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
        child_stop(child);
        close(fd);
    }
}

#define CLIENT_WAYS(X)                                                                                                 \
    X(connect)                                                                                                         \
    X(getproc)                                                                                                         \
    X(ordinal) X(wsock32) X(wsaconnect) X(connect6) X(nonblocking) X(byname) X(bynamew) X(connectex) X(connectex_bare)
#define SERVER_WAYS(X) X(accept) X(wsaaccept) X(acceptex) X(acceptex_bare) X(acceptex_export) X(inherit) X(duplicate)

#define X(way)                                                                                                         \
    static void client_##way(void **state)                                                                             \
    {                                                                                                                  \
        (void)state;                                                                                                   \
        each_word(look_at_client, #way);                                                                               \
    }
CLIENT_WAYS(X)
#undef X
#define X(way)                                                                                                         \
    static void server_##way(void **state)                                                                             \
    {                                                                                                                  \
        (void)state;                                                                                                   \
        each_word(look_at_server, #way);                                                                               \
    }
SERVER_WAYS(X)
#undef X

int main(void)
{
    const struct CMUnitTest tests[] = {
#define X(way) cmocka_unit_test_teardown(client_##way, child_stop_all),
        CLIENT_WAYS(X)
#undef X
#define X(way) cmocka_unit_test_teardown(server_##way, child_stop_all),
            SERVER_WAYS(X)
#undef X
                cmocka_unit_test_teardown(libraries, child_stop_all),
        cmocka_unit_test_teardown(listener_from_elsewhere, child_stop_all),
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
