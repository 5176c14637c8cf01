/*
 * `tcpalive list` on sockets whose values the test set itself: every cell and every JSON member, what an
 * ordinary user is told, how the table meets a terminal, and ten thousand sockets.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/scene.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 1 << 16, SOCKETS = 8, MANY = 5000 };

static int opened[SOCKETS];
static size_t opened_count;

static int keep(int fd)
{
    assert_true(fd >= 0 && opened_count < SOCKETS);
    return opened[opened_count++] = fd;
}

static int finish(void **state)
{
    while (opened_count)
        close(opened[--opened_count]);
    return child_stop_all(state);
}

static void set(int fd, int idle, int interval, int probes, int user_timeout)
{
    const int on = 1;
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, sizeof user_timeout), 0);
}

static int port_of(int fd)
{
    struct sockaddr_in6 name = {0};
    socklen_t length = sizeof name;
    assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &length), 0);
    return ntohs(name.sin6_port); /* in the same place for IPv4 */
}

static int listener(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(fd, 4096), 0);
    return fd;
}

static int client_of(int fd)
{
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &length), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&name, length), 0);
    return client;
}

struct answer {
    char *text;
    char errors[1024];
    int status;
};

/* Runs `tcpalive list` with up to five more words. */
static struct answer list(uid_t uid, const char *const words[])
{
    static char text[4 << 20];
    struct answer answer = {.text = text};
    const char *argv[8] = {place_file("tcpalive"), "list"};
    for (size_t i = 0; words && words[i]; i++)
        argv[2 + i] = words[i];
    struct child *child = child_start(&(struct child_plan){.argv = argv, .uid = uid});
    answer.status = child_wait(child, CHILD_DEADLINE_MS);
    snprintf(text, sizeof text, "%s", child_output(child));
    snprintf(answer.errors, sizeof answer.errors, "%s", child_errors(child));
    child_stop(child);
    return answer;
}

static struct answer list_own(const char *more, const char *value)
{
    static char number[16];
    snprintf(number, sizeof number, "%d", (int)getpid());
    return list(0, (const char *[]){"--pid", number, more, value, NULL});
}

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

static void every_value_is_read_back(void **state)
{
    (void)state;
    int listening = keep(listener()), client = keep(client_of(listening)), made = keep(socket(AF_INET, SOCK_STREAM, 0));
    int accepted = keep(accept(listening, NULL, NULL)), udp = keep(socket(AF_INET, SOCK_DGRAM, 0));
    set(listening, 11, 12, 13, 14000);
    set(client, 32767, 32766, 127, 2147483647);
    int port = port_of(listening), client_port = port_of(client);
    struct answer answer = list_own("--json", NULL);
    assert_int_equal(answer.status, 0);
    assert_string_equal(answer.errors, "");
    expect_object(answer.text, listening,
                  "\"local\":\"127.0.0.1:%d\",\"peer\":\"*:*\",\"state\":\"LISTEN\",\"keepalive\":true,"
                  "\"idle\":11,\"interval\":12,\"probes\":13,\"user_timeout_ms\":14000}",
                  port);
    expect_object(answer.text, client,
                  "\"local\":\"127.0.0.1:%d\",\"peer\":\"127.0.0.1:%d\",\"state\":\"ESTAB\",\"keepalive\":true,"
                  "\"idle\":32767,\"interval\":32766,\"probes\":127,\"user_timeout_ms\":2147483647}",
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
    keep(fd);
    assert_int_equal(listen(fd, 1), 0);
    expect_object(list_own("--json", NULL).text, fd, "\"local\":\"[::1]:%d\",\"peer\":\"*:*\",\"state\":\"LISTEN\",",
                  port_of(fd));
}

static void mptcp_is_tcp_too(void **state)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 262);
    (void)state;
    if (fd < 0)
        skip();
    keep(fd);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(fd, 1), 0);
    struct answer answer = list_own("--json", NULL);
    expect_object(answer.text, fd,
                  "\"local\":\"127.0.0.1:%d\",\"peer\":\"*:*\",\"state\":\"LISTEN\",\"keepalive\":false,", port_of(fd));
    assert_non_null(strstr(answer.text, "\"user_timeout_ms\":null}"));
}

static void the_table_shows_what_has_none(void **state)
{
    char wanted[256];
    (void)state;
    int with = keep(listener()), without = keep(listener());
    set(with, 50, 20, 9, 30000);
    struct answer answer = list_own(NULL, NULL);
    const char *titles[] = {"PID",       "PROGRAM", "FD",       "LOCAL",  "PEER",        "STATE",
                            "KEEPALIVE", "IDLE",    "INTERVAL", "PROBES", "USER-TIMEOUT"};
    const char *at = answer.text;
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        at += strspn(at, " ");
        assert_int_equal(strncmp(at, titles[i], strlen(titles[i])), 0);
        at += strlen(titles[i]);
    }
    assert_int_equal(*at, '\n');
    snprintf(wanted, sizeof wanted, "127.0.0.1:%d *:*  LISTEN on        50s  20s      9      30s\n", port_of(with));
    assert_non_null(strstr(answer.text, wanted));
    snprintf(wanted, sizeof wanted, "127.0.0.1:%d *:*  LISTEN off       -    -        -      off\n", port_of(without));
    assert_non_null(strstr(answer.text, wanted));
}

static void filters(void **state)
{
    char port[16], local[32], other[32];
    (void)state;
    int one = keep(listener()), two = keep(listener());
    int client = keep(client_of(one));
    snprintf(port, sizeof port, "%d", port_of(one));
    snprintf(local, sizeof local, "127.0.0.1:%d\"", port_of(client));
    snprintf(other, sizeof other, "127.0.0.1:%d\"", port_of(two));
    struct answer answer = list_own("--json", NULL);
    assert_non_null(strstr(answer.text, other));
    answer = list_own("--json", "--watch=no");
    assert_int_equal(answer.status, 125);
    answer = list(0, (const char *[]){"--json", "--port", port, NULL});
    assert_non_null(strstr(answer.text, local)); /* by its peer's port */
    assert_null(strstr(answer.text, other));
    assert_int_equal(list(0, (const char *[]){"--port", "0", NULL}).status, 125);
    assert_int_equal(list(0, (const char *[]){"--pid", "x", NULL}).status, 125);
    answer = list(0, (const char *[]){"--pid", "2147483647", NULL});
    assert_int_equal(answer.status, 1);
    assert_string_equal(answer.errors, "tcpalive: process '2147483647': No such process\n");
}

static void an_ordinary_user_is_told_what_is_missing(void **state)
{
    char port[16], own[64];
    const char *argv[] = {place_file("tests/direct/static"), NULL};
    (void)state;
    if (getuid() != 0)
        skip();
    struct child *child = child_start(&(struct child_plan){.argv = argv, .uid = PLACE_NOBODY});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    int roots = keep(listener());
    snprintf(port, sizeof port, "%d", port_of(roots));
    snprintf(own, sizeof own, "{\"pid\":%d,", (int)child_pid(child));
    struct answer answer = list(PLACE_NOBODY, (const char *[]){"--json", NULL});
    assert_int_equal(answer.status, 0);
    assert_non_null(strstr(answer.text, own));
    assert_null(strstr(answer.text, port));
    assert_non_null(strstr(answer.errors, " could not be looked into, "));
    answer = list(PLACE_NOBODY, (const char *[]){"--port", port, NULL});
    assert_non_null(strstr(answer.errors, ", 1 TCP socket is not shown\n"));
    snprintf(own, sizeof own, "%d", (int)getpid());
    answer = list(PLACE_NOBODY, (const char *[]){"--pid", own, NULL});
    assert_int_equal(answer.status, 1);
    assert_non_null(strstr(answer.errors, "': Operation not permitted\n"));
}

/* A thread that unshared its descriptors: the process's own list does not have them. */
static void a_threads_own_descriptors(void **state)
{
    char number[16];
    const char *argv[] = {place_file("tests/direct/dynamic"), "apart", NULL};
    (void)state;
    int pidfd = (int)syscall(434 /* pidfd_open */, getpid(), O_EXCL);
    if (pidfd < 0)
        skip(); /* before Linux 6.9 */
    close(pidfd);
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    struct answer answer = list(0, (const char *[]){"--pid", number, "--json", NULL});
    assert_non_null(strstr(answer.text, "\"state\":\"LISTEN\""));
    assert_non_null(strstr(answer.text, "\"state\":\"ESTAB\""));
}

static void names_do_no_harm(void **state)
{
    (void)state;
    keep(listener());
    prctl(PR_SET_NAME, "\033[2J\"\\\xff");
    struct answer answer = list_own("--json", NULL);
    bool escaped = strstr(answer.text, "\"program\":\"\\u001b[2J\\\"\\\\\\ufffd\"") != NULL;
    answer = list_own(NULL, NULL);
    prctl(PR_SET_NAME, "list_test");
    assert_true(escaped);
    assert_null(strchr(answer.text, '\033'));
    assert_non_null(strstr(answer.text, "?[2J\"\\"));
}

/* What a terminal of so many columns is shown. */
static void on_terminal(unsigned short columns, const char *variable, char *output)
{
    char number[16];
    struct winsize size = {.ws_col = columns, .ws_row = 20};
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    int other = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_int_equal(ioctl(other, TIOCSWINSZ, &size), 0);
    snprintf(number, sizeof number, "%d", (int)getpid());
    const char *argv[] = {place_file("tcpalive"), "list", "--pid", number, NULL}, *environment[] = {variable, NULL};
    const struct child_descriptor given[] = {{other, 1}, {-1, -1}};
    struct child *child =
        child_start(&(struct child_plan){.argv = argv, .environment = environment, .descriptors = given});
    close(other);
    size_t used = 0;
    for (ssize_t got; used < ROOM - 1 && (got = read(terminal, output + used, ROOM - 1 - used)) > 0;)
        used += (size_t)got;
    output[used] = '\0';
    close(terminal);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    child_stop(child);
}

/* Columns of the longest line, escape sequences not counted. */
static size_t widest(const char *text)
{
    size_t most = 0, now = 0;
    for (; *text; text++) {
        if (*text == '\033')
            text = strchr(text, 'm');
        else if (*text == '\n')
            now = 0;
        else if (*text != '\r' && ++now > most)
            most = now;
    }
    return most;
}

static void the_table_fits_the_terminal(void **state)
{
    static char output[ROOM];
    char port[16];
    (void)state;
    int with = keep(listener());
    keep(listener());
    set(with, 50, 20, 9, 30000);
    on_terminal(200, "TERM=xterm", output);
    size_t natural = widest(output);
    assert_true(natural > 80);
    assert_non_null(strstr(output, "\033[31m")); /* the one without keepalive */
    on_terminal(80, "TERM=xterm", output);
    assert_true(widest(output) <= 80);
    snprintf(port, sizeof port, ":%d ", port_of(with));
    assert_non_null(strstr(output, port)); /* of an address the port is kept */
    on_terminal(200, "NO_COLOR=1", output);
    assert_null(strchr(output, '\033'));
    assert_null(strchr(list_own(NULL, NULL).text, '\033'));
}

static void watching_ends_with_the_process(void **state)
{
    char number[16];
    const char *argv[] = {place_file("tests/direct/static"), NULL};
    (void)state;
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    const char *watch[] = {place_file("tcpalive"), "list", "--pid", number, "--watch", NULL};
    struct child *watching = child_start(&(struct child_plan){.argv = watch});
    assert_int_equal(child_line_with(watching, "PID", CHILD_DEADLINE_MS), 0);
    assert_int_equal(child_line_with(watching, "PID", CHILD_DEADLINE_MS), 0);
    child_stop(child);
    assert_int_equal(child_wait(watching, CHILD_DEADLINE_MS), 1);
}

static void ten_thousand_sockets_in_a_second(void **state)
{
    static int both[2 * MANY];
    struct rlimit files;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    struct rlimit more = files;
    more.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &more);
    if (files.rlim_max < 2 * MANY + 100)
        skip();
    int listening = keep(listener());
    for (int i = 0; i < MANY; i++) {
        both[2 * i] = client_of(listening);
        both[2 * i + 1] = accept(listening, NULL, NULL);
    }
    long long best = CHILD_DEADLINE_MS;
    struct answer answer;
    for (int i = 0; i < 3; i++) {
        long long start = scene_now_ms();
        answer = list_own("--json", NULL);
        long long took = scene_now_ms() - start;
        best = took < best ? took : best;
    }
    size_t rows = 0;
    for (const char *at = answer.text; (at = strstr(at, "{\"pid\"")); at++)
        rows++;
    for (int i = 0; i < 2 * MANY; i++)
        close(both[i]);
    setrlimit(RLIMIT_NOFILE, &files);
    assert_int_equal(answer.status, 0);
    assert_int_equal(rows, 2 * MANY + 1);
    assert_true(best < 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_value_is_read_back, finish),
        cmocka_unit_test_teardown(ipv6_is_in_brackets, finish),
        cmocka_unit_test_teardown(mptcp_is_tcp_too, finish),
        cmocka_unit_test_teardown(the_table_shows_what_has_none, finish),
        cmocka_unit_test_teardown(filters, finish),
        cmocka_unit_test_teardown(an_ordinary_user_is_told_what_is_missing, finish),
        cmocka_unit_test_teardown(a_threads_own_descriptors, finish),
        cmocka_unit_test_teardown(names_do_no_harm, finish),
        cmocka_unit_test_teardown(the_table_fits_the_terminal, finish),
        cmocka_unit_test_teardown(watching_ends_with_the_process, finish),
        cmocka_unit_test_teardown(ten_thousand_sockets_in_a_second, finish),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
