/*
 * What the system is asked for a socket, where it answers as no Wine does: the options of old and of new systems, times
 * that do not switch keepalive on, refusals, and accepted sockets that get nothing from their listener. pretend.c
 * answers, and traces.
 */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include "windows/wine_pretend.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT_SIZE = 16384 };

static int count(const char *text, const char *line)
{
    int found = 0;
    for (; (text = strstr(text, line)); text++)
        found++;
    return found;
}

/* What was asked while the probe made a listener under these settings. */
static const char *trace_of(const char *word, const char *pretend, const char *settings)
{
    static char trace[TEXT_SIZE];
    char words[200];
    snprintf(words, sizeof words, "run %s -- %%p crowd 1", settings);
    struct child *child = wine_pretend(word, pretend, words);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
    snprintf(trace, sizeof trace, "%s", child_errors(child));
    child_stop(child);
    return trace;
}

/* Milliseconds where there is an option for them, else whole seconds, rounded up. */
static void the_user_timeout(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const char *trace = trace_of(wine_words[i], "trace:new", "--user-timeout 7500ms");
        assert_int_equal(count(trace, "set 6 14 7500"), 2);
        assert_int_equal(count(trace, "set 6 5 "), 0);
        trace = trace_of(wine_words[i], "trace:old", "--user-timeout 7500ms");
        assert_int_equal(count(trace, "set 6 14 7500"), 1); /* an option that is not there is asked for once */
        assert_int_equal(count(trace, "set 6 5 8"), 1);
    }
}

/* Nothing may be there to be looked for: then nobody looks. */
static void no_thread_without_need(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(count(trace_of(wine_words[i], "trace", ""), "thread"), 0);
}

/* What a dead or connecting socket answers is no news; what nobody may do is, once. */
static void refusals(void **state)
{
    static const char *const quiet[] = {"10054", "10022", "10057"};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char pretend[32];
        snprintf(pretend, sizeof pretend, "refused=%s", i < 3 ? quiet[i] : "10013");
        assert_int_equal(count(trace_of(wine_words[i % 2], pretend, ""), "tcpalive: "), i == 3);
    }
}

/* A server under these settings that accepts one connection; its trace. */
static const char *accept_under(const char *word, const char *pretend)
{
    static char trace[TEXT_SIZE];
    struct child *child = wine_pretend(word, pretend, "run --idle 37s -- %p accept");
    int fd = loopback_connect((int)wine_number(child, "listening "));
    assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
    snprintf(trace, sizeof trace, "%s", child_errors(child));
    child_stop(child);
    close(fd);
    return trace;
}

/*
 * A system that tells the idle time alone does not tell that it hands the rest on: accepted sockets are
 * set by themselves.
 */
static void what_accepted_sockets_get(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(count(accept_under(wine_words[i], "trace"), "times "), 1);
        assert_int_equal(count(accept_under(wine_words[i], "trace:no_wine:old=37"), "times "), 2);
    }
}

/* attach to a program that runs on such a system, and listens or has a connection to that port. */
static struct child *attach_to(const char *word, const char *pretend, const char *program, const char *settings,
                               int port)
{
    char words[200];
    struct child *child = wine_start(word, NULL, program, wine_pretending(pretend));
    if (port)
        assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
    struct oracle_socket seen = port ? wine_connection(port) : wine_listener((int)wine_number(child, "listening "));
    snprintf(words, sizeof words, "attach %s %ld", settings, wine_pid(oracle_port(&seen.local)));
    struct child *tool = wine_pretend(word, pretend, words);
    if (child_wait(tool, WINE_DEADLINE_MS) != 0)
        fail_msg("%s", child_errors(tool));
    child_stop(tool);
    return child;
}

/*
 * Of the times that the program has set, the system tells the idle time. It stands, or the sooner does; the
 * interval as well.
 */
static void old_systems_tell_the_idle_time(void **state)
{
    static const struct {
        const char *settings;
        int idle;
    } rows[] = {
        {"--mode respect --idle 300s", 30}, {"--mode tighten --idle 20s", 20}, {"--mode tighten --idle 300s", 30}};
    (void)state;
    for (size_t i = 0; i < 2; i++)
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
            char words[100];
            int port, listener = wine_listen(AF_INET, &port);
            snprintf(words, sizeof words, "probe own %d 1 30000 50000", port);
            struct child *child = attach_to(wine_words[i], "old:trace", words, rows[r].settings, port);
            wine_connection_gets(port, rows[r].idle);
            usleep(1500 * 1000); /* the second look does not change it either */
            assert_int_equal(wine_connection(port).idle, rows[r].idle);
            assert_int_equal(count(child_errors(child), "times "), 0); /* which would set the interval as well */
            child_stop(child);
            close(listener);
        }
}

/*
 * Where nothing but SO_KEEPALIVE itself reads as keepalive, a covered socket is known again: its wait does
 * not begin anew.
 */
static void a_covered_socket_is_covered_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = attach_to(wine_words[i], "times_alone:no_mark:trace", "probe accept", "--idle 44s", 0);
        assert_int_equal(child_error_with(child, "times 0 0 44000", WINE_DEADLINE_MS), 0);
        usleep(2500 * 1000);
        assert_int_equal(count(child_errors(child), "times "), 1);
        child_stop(child);
    }
}

/* The thread that asks about a handle begins so late that it has been given up: the handle is asked about again. */
static void a_late_answer_is_no_silence(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char words[64];
        struct child *child = wine_start(wine_words[i], NULL, "probe crowd 1", wine_pretending("slow_start"));
        int port = (int)wine_number(child, "listening ");
        snprintf(words, sizeof words, "attach --idle 45s %ld", wine_pid(port));
        struct child *tool = wine_pretend(wine_words[i], "none", words);
        assert_int_equal(child_wait(tool, WINE_DEADLINE_MS), 0);
        wine_listener_gets(port, 45);
        child_stop(tool);
        child_stop(child);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(the_user_timeout),
        TEST(no_thread_without_need),
        TEST(refusals),
        TEST(what_accepted_sockets_get),
        TEST(old_systems_tell_the_idle_time),
        TEST(a_covered_socket_is_covered_once),
        TEST(a_late_answer_is_no_silence),
#undef TEST
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
