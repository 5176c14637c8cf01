/*
 * Programs and machines that make it hard: other builds of the library in the program already, libraries that come and
 * go, pages that may not become executable, handles that do not answer, and very many of them.
 */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT_SIZE = 8192, CROWD = 10000, CROWD_MS = 120000 };

static char errors[TEXT_SIZE];

/* attach by the tcpalive of a folder under build/. */
static int attach_by(const char *folder, const char *word, const char *settings, const char *program)
{
    char words[600], path[200];
    snprintf(path, sizeof path, "%s/%s/tcpalive.exe", folder, word);
    snprintf(words, sizeof words, "%s attach %s %ld", scene_build(path), settings, wine_pid(program));
    struct child *child = wine_start(word, NULL, words, NULL);
    child_close_stdin(child);
    int status = child_wait(child, CROWD_MS);
    snprintf(errors, sizeof errors, "%s", child_errors(child));
    child_stop(child);
    return status;
}

struct wait {
    int port, idle;
};

static int listener_has_idle(void *context)
{
    const struct wait *wait = context;
    struct oracle_socket seen = wine_listener(wait->port);
    return seen.keepalive && seen.idle == wait->idle;
}

static void await_listener(int port, int idle)
{
    struct wait wait = {port, idle};
    if (scene_until(listener_has_idle, &wait, CHILD_DEADLINE_MS) != 0)
        fail_msg("idle %d s never came: %s", idle, errors);
}

/* A second build's functions lie elsewhere than in the file that attach has. */
static void a_library_of_another_build_is_spoken_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = wine_start(wine_words[i], NULL, "probe accept", NULL);
        int port = (int)wine_number(child, "listening ");
        assert_int_equal(attach_by("windows/tests/shifted", wine_words[i], "--idle 51s", "probe.exe"), 0);
        await_listener(port, 51);
        assert_int_equal(attach_by("windows", wine_words[i], "--idle 52s", "probe.exe"), 0);
        await_listener(port, 52);
        int fd = loopback_connect(port);
        assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
        child_stop(child);
        close(fd);
    }
}

static void another_version_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = wine_start(wine_words[i], NULL, "probe accept", NULL);
        int port = (int)wine_number(child, "listening ");
        if (attach_by("windows/tests/older", wine_words[i], "--idle 51s", "probe.exe") != 0)
            fail_msg("%s", errors);
        await_listener(port, 51);
        assert_int_equal(attach_by("windows", wine_words[i], "--idle 52s", "probe.exe"), 1);
        assert_non_null(strstr(errors, "another version of tcpalive has been in it since it started: restart it"));
        assert_int_equal(wine_listener(port).idle, 51);
        int fd = loopback_connect(port);
        assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
        child_stop(child);
        close(fd);
    }
}

/* 32 bits for the most part, where nearly one of two rounds hit a module that had just gone. */
static void libraries_come_and_go(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *word = wine_words[i != 0];
        struct child *child = wine_start(word, NULL, "probe unload", NULL);
        int port = (int)wine_number(child, "listening ");
        assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
        if (attach_by("windows", word, "--idle 53s", "probe.exe") != 0)
            fail_msg("%s", errors);
        await_listener(port, 53);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 7);
        child_stop(child);
    }
}

/* Functions found by name later are missed then, and the log says so; what is imported is not. */
static void no_page_may_become_executable(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char words[700], tool[64];
        const char *word = wine_words[i % 2], *way = i / 2 ? "getproc" : "connect";
        int port, listener = wine_listen(AF_INET, &port), by_name = i / 2 && i % 2 == 0;
        snprintf(tool, sizeof tool, "windows/tests/no_code/%s/tcpalive.exe", word);
        snprintf(words, sizeof words, "%s run --idle 37s -- ", scene_build(tool));
        snprintf(tool, sizeof tool, "windows/tests/%s/probe.exe", word);
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s %s %d", scene_build(tool), way, port);
        struct child *child = wine_start(word, NULL, words, NULL);
        if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
            fail_msg("%s: %s%s", words, child_output(child), child_errors(child));
        assert_int_equal(wine_connection(port).keepalive, !by_name);
        assert_int_equal(strstr(child_errors(child), "no page may become executable") != NULL, i % 2 == 0);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
        child_stop(child);
        close(listener);
    }
}

/* The listener is behind two pipes that never answer. */
static void a_handle_that_does_not_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = wine_start(wine_words[i], NULL, "probe pipes", NULL);
        int port = (int)wine_number(child, "listening ");
        assert_int_equal(attach_by("windows/tests/blocking", wine_words[i], "--idle 54s", "probe.exe"), 0);
        await_listener(port, 54);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
        child_stop(child);
    }
}

static int crowd_is_covered(void *context)
{
    struct child *child = context;
    child_say(child, "count\n");
    sleep(1);
    return wine_number(child, "covered ") == CROWD;
}

static void ten_thousand_sockets(void **state)
{
    char words[64];
    (void)state;
    snprintf(words, sizeof words, "probe crowd %d", CROWD);
    struct child *child = wine_start("x86_64", NULL, words, NULL);
    if (child_line_with(child, "ready", CROWD_MS) != 0)
        fail_msg("%s%s", child_output(child), child_errors(child));
    child_say(child, "count\n");
    assert_int_equal(wine_number(child, "covered "), 0);
    assert_int_equal(attach_by("windows", "x86_64", "--idle 55s", "probe.exe"), 0);
    if (scene_until(crowd_is_covered, child, CROWD_MS) != 0)
        fail_msg("%s", child_output(child));
    child_close_stdin(child);
    assert_int_equal(child_wait(child, CROWD_MS), 0);
    child_stop(child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(a_library_of_another_build_is_spoken_to), TEST(another_version_is_refused),    TEST(libraries_come_and_go),
        TEST(no_page_may_become_executable),           TEST(a_handle_that_does_not_answer), TEST(ten_thousand_sockets),
#undef TEST
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
