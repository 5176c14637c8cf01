/*
 * `tcpalive list` on sockets whose values the test set itself: every cell and every JSON member, and which
 * rows are shown.
 */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/place.h"
#include "list.h"
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* The members from "fd" on of the object for one of our descriptors begin as the format says. */
__attribute__((format(printf, 3, 4))) static void expect_object(const char *json, int fd, const char *format, ...)
{
    char wanted[512], start[128];
    va_list arguments;
    int length = snprintf(start, sizeof start, "{\"pid\":%d,\"program\":\"list_test\",\"fd\":%d,", (int)getpid(), fd);
    va_start(arguments, format);
    vsnprintf(wanted, sizeof wanted, format, arguments);
    va_end(arguments);
    const char *at = strstr(json, start);
    if (!at || strncmp(at + length, wanted, strlen(wanted)) != 0)
        fail_msg("expected %s in: %.*s", wanted, 400, at ? at : json);
}

static unsigned long own_namespace(void)
{
    struct stat status;
    assert_int_equal(stat("/proc/self/ns/net", &status), 0);
    return status.st_ino;
}

static void every_value_is_read_back(void **state)
{
    (void)state;
    int listening = list_keep(loopback_listener()), client = list_keep(loopback_connect(loopback_port(listening))),
        made = list_keep(socket(AF_INET, SOCK_STREAM, 0));
    int accepted = list_keep(accept(listening, NULL, NULL)), udp = list_keep(socket(AF_INET, SOCK_DGRAM, 0));
    list_set(listening, 11, 12, 13, 14000);
    list_set(client, 32767, 32766, 127, 2147483647);
    int port = loopback_port(listening), client_port = loopback_port(client);
    struct list_answer answer = list_own("--json", NULL);
    assert_int_equal(answer.status, 0);
    assert_string_equal(answer.errors, "");
    expect_object(answer.text, listening,
                  "\"local\":\"127.0.0.1:%d\",\"peer\":\"*:*\",\"state\":\"LISTEN\",\"keepalive\":true,"
                  "\"idle\":11,\"interval\":12,\"probes\":13,\"user_timeout_ms\":14000,\"timer\":null,"
                  "\"timer_ms\":null,\"unanswered\":0,\"netns\":%lu}",
                  port, own_namespace());
    expect_object(
        answer.text, client,
        "\"local\":\"127.0.0.1:%d\",\"peer\":\"127.0.0.1:%d\",\"state\":\"ESTAB\",\"keepalive\":true,"
        "\"idle\":32767,\"interval\":32766,\"probes\":127,\"user_timeout_ms\":2147483647,\"timer\":\"probe\",",
        client_port, port);
    expect_object(answer.text, accepted,
                  "\"local\":\"127.0.0.1:%d\",\"peer\":\"127.0.0.1:%d\",\"state\":\"ESTAB\",\"keepalive\":false,", port,
                  client_port);
    expect_object(answer.text, made, "\"local\":\"0.0.0.0:*\",\"peer\":\"*:*\",\"state\":\"UNCONN\",");
    char datagrams[32];
    snprintf(datagrams, sizeof datagrams, "\"fd\":%d,", udp);
    assert_null(strstr(answer.text, datagrams));
}

static void ipv6_is_in_brackets(void **state)
{
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)state;
    if (fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof name) != 0)
        skip();
    list_keep(fd);
    assert_int_equal(listen(fd, 1), 0);
    expect_object(list_own("--json", NULL).text, fd, "\"local\":\"[::1]:%d\",\"peer\":\"*:*\",\"state\":\"LISTEN\",",
                  loopback_port(fd));
}

static void mptcp_is_tcp_too(void **state)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 262);
    (void)state;
    if (fd < 0)
        skip();
    list_keep(fd);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(fd, 1), 0);
    struct list_answer answer = list_own("--json", NULL);
    expect_object(answer.text, fd,
                  "\"local\":\"127.0.0.1:%d\",\"peer\":\"*:*\",\"state\":\"LISTEN\",\"keepalive\":false,",
                  loopback_port(fd));
    assert_non_null(strstr(answer.text, "\"user_timeout_ms\":null,"));
}

static void the_table_shows_what_has_none(void **state)
{
    char wanted[256];
    (void)state;
    int with = list_keep(loopback_listener()), without = list_keep(loopback_listener());
    list_set(with, 50, 20, 9, 30000);
    struct list_answer answer = list_own(NULL, NULL);
    const char *titles[] = {"PID",       "PROGRAM", "FD",       "LOCAL",  "PEER",         "STATE",
                            "KEEPALIVE", "IDLE",    "INTERVAL", "PROBES", "USER-TIMEOUT", "TIMER"};
    const char *at = answer.text;
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        at += strspn(at, " ");
        assert_int_equal(strncmp(at, titles[i], strlen(titles[i])), 0);
        at += strlen(titles[i]);
    }
    assert_int_equal(*at, '\n');
    snprintf(wanted, sizeof wanted, "127.0.0.1:%d *:*  LISTEN on        50s  20s      9      30s          -\n",
             loopback_port(with));
    assert_non_null(strstr(answer.text, wanted));
    snprintf(wanted, sizeof wanted, "127.0.0.1:%d *:*  LISTEN off       -    -        -      off          -\n",
             loopback_port(without));
    assert_non_null(strstr(answer.text, wanted));
}

static void filters(void **state)
{
    char port[16], local[32], other[32];
    (void)state;
    int one = list_keep(loopback_listener()), two = list_keep(loopback_listener());
    int client = list_keep(loopback_connect(loopback_port(one)));
    snprintf(port, sizeof port, "%d", loopback_port(one));
    snprintf(local, sizeof local, "127.0.0.1:%d\"", loopback_port(client));
    snprintf(other, sizeof other, "127.0.0.1:%d\"", loopback_port(two));
    struct list_answer answer = list_own("--json", NULL);
    assert_non_null(strstr(answer.text, other));
    answer = list_own("--json", "--watch=no");
    assert_int_equal(answer.status, 125);
    answer = list_run(0, (const char *[]){"--json", "--port", port, NULL});
    assert_non_null(strstr(answer.text, local)); /* by its peer's port */
    assert_null(strstr(answer.text, other));
    assert_int_equal(list_run(0, (const char *[]){"--port", "0", NULL}).status, 125);
    assert_int_equal(list_run(0, (const char *[]){"--pid", "x", NULL}).status, 125);
    answer = list_run(0, (const char *[]){"--pid", "2147483647", NULL});
    assert_int_equal(answer.status, 1);
    assert_string_equal(answer.errors, "tcpalive: process '2147483647': No such process\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIST_TEST(every_value_is_read_back),
        LIST_TEST(ipv6_is_in_brackets),
        LIST_TEST(mptcp_is_tcp_too),
        LIST_TEST(the_table_shows_what_has_none),
        LIST_TEST(filters),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
