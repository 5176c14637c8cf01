/*
 * Who sees what of `tcpalive list`: an ordinary user, a terminal, one that watches; whatever programs are called, and
 * however many sockets there are.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/place.h"
#include "list.h"
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 1 << 16, MANY = 5000 };

static void an_ordinary_user_is_told_what_is_missing(void **state)
{
    char port[16], own[64], row[128];
    const char *argv[] = {place_file("tests/direct/static"), NULL};
    (void)state;
    if (getuid() != 0)
        skip();
    struct child *child = child_start(&(struct child_plan){.argv = argv, .uid = PLACE_NOBODY});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    int roots = list_keep(loopback_listener());
    snprintf(port, sizeof port, "%d", loopback_port(roots));
    snprintf(own, sizeof own, "{\"pid\":%d,", (int)child_pid(child));
    struct list_answer answer = list_run(PLACE_NOBODY, (const char *[]){"--json", NULL});
    assert_int_equal(answer.status, 0);
    assert_non_null(strstr(answer.text, own));
    assert_non_null(strstr(answer.text, "{\"pid\":null,\"program\":null,\"fd\":null,\"local\":\"127.0.0.1:"));
    assert_non_null(strstr(answer.errors, " could not be looked into: of "));
    answer = list_run(PLACE_NOBODY, (const char *[]){"--port", port, NULL});
    snprintf(row, sizeof row,
             "\n?   ?       ?  127.0.0.1:%s *:*  LISTEN ?         ?    ?        ?      ?            -\n", port);
    assert_non_null(strstr(answer.text, row));
    assert_non_null(strstr(answer.errors, ": of 1 TCP socket the options are not known\n"));
    answer = list_run(PLACE_NOBODY, (const char *[]){"--off", "--port", port, NULL});
    assert_null(strstr(answer.text, "127.0.0.1"));
    snprintf(own, sizeof own, "%d", (int)getpid());
    answer = list_run(PLACE_NOBODY, (const char *[]){"--pid", own, NULL});
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
    struct list_answer answer = list_run(0, (const char *[]){"--pid", number, "--json", NULL});
    assert_non_null(strstr(answer.text, "\"state\":\"LISTEN\""));
    assert_non_null(strstr(answer.text, "\"state\":\"ESTAB\""));
}

static void names_do_no_harm(void **state)
{
    (void)state;
    list_keep(loopback_listener());
    char name[16];
    prctl(PR_GET_NAME, name);
    prctl(PR_SET_NAME, "\033[2J\"\\\xff");
    struct list_answer answer = list_own("--json", NULL);
    bool escaped = strstr(answer.text, "\"program\":\"\\u001b[2J\\\"\\\\\\ufffd\"");
    answer = list_own(NULL, NULL);
    prctl(PR_SET_NAME, name);
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
    int with = list_keep(loopback_listener());
    list_keep(loopback_listener());
    list_set(with, 50, 20, 9, 30000);
    on_terminal(200, "TERM=xterm", output);
    size_t natural = widest(output);
    assert_true(natural > 80);
    assert_non_null(strstr(output, "\033[31m")); /* the one without keepalive */
    on_terminal(80, "TERM=xterm", output);
    assert_true(widest(output) <= 80);
    snprintf(port, sizeof port, ":%d ", loopback_port(with));
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

/* Of the processor's time, of all children that have been waited for: others on a busy machine do not count. */
static long long spent_ms(void)
{
    struct rusage children;
    getrusage(RUSAGE_CHILDREN, &children);
    return (children.ru_utime.tv_sec + children.ru_stime.tv_sec) * 1000LL +
           (children.ru_utime.tv_usec + children.ru_stime.tv_usec) / 1000;
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
    int listening = list_keep(loopback_listener());
    for (int i = 0; i < MANY; i++) {
        both[2 * i] = loopback_connect(loopback_port(listening));
        both[2 * i + 1] = accept(listening, NULL, NULL);
    }
    long long best = CHILD_DEADLINE_MS;
    struct list_answer answer;
    for (int i = 0; i < 3; i++) {
        long long start = spent_ms();
        answer = list_own("--json", NULL);
        long long took = spent_ms() - start;
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
        LIST_TEST(an_ordinary_user_is_told_what_is_missing),
        LIST_TEST(a_threads_own_descriptors),
        LIST_TEST(names_do_no_harm),
        LIST_TEST(the_table_fits_the_terminal),
        LIST_TEST(watching_ends_with_the_process),
        LIST_TEST(ten_thousand_sockets_in_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
