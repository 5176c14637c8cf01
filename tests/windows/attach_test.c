/*
 * tcpalive.exe attach: a program that runs already, its listener, its connections, and those to come. And
 * list, which finds it.
 */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT_SIZE = 8192 };

static char output[TEXT_SIZE], errors[TEXT_SIZE];

static void attach(const char *word, const char *settings, long pid)
{
    char words[200];
    snprintf(words, sizeof words, "attach %s %ld", settings, pid);
    int status = wine_tool(word, words, output, errors, sizeof output);
    if (status != 0 || *errors)
        fail_msg("%s: %d %s", words, status, errors);
}

static void look_at_client(const char *tool_word, const char *program_word)
{
    char words[64];
    int port, listener = wine_listen(AF_INET, &port);
    snprintf(words, sizeof words, "probe connect %d", port);
    struct child *child = wine_start(program_word, NULL, words, NULL);
    assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
    struct oracle_socket seen = wine_connection(port);
    assert_int_equal(seen.keepalive, 0);
    long pid = wine_pid(oracle_port(&seen.local));
    attach(tool_word, "--idle 41s", pid);
    wine_connection_gets(port, 41);
    attach(tool_word, "--idle 42s", pid);
    wine_connection_gets(port, 42);
    child_close_stdin(child);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
    child_stop(child);
    close(listener);
}

/* The program sits in a blocking accept, which began before us. */
static void look_at_server(const char *tool_word, const char *program_word)
{
    struct child *child = wine_start(program_word, NULL, "probe accept", NULL);
    int port = (int)wine_number(child, "listening ");
    assert_int_equal(wine_listener(port).keepalive, 0);
    attach(tool_word, "--idle 43s", wine_pid(port));
    wine_listener_gets(port, 43);
    int fd = loopback_connect(port);
    assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
    wine_connection_gets(port, 43);
    child_close_stdin(child);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
    child_stop(child);
    close(fd);
}

static void each_pair(void (*look)(const char *tool_word, const char *program_word))
{
    for (size_t i = 0; i < 4; i++)
        look(wine_words[i / 2], wine_words[i % 2]);
}

static void a_connection_gets_the_policy(void **state)
{
    (void)state;
    each_pair(look_at_client);
}

static void a_listener_gets_it_and_what_it_accepts(void **state)
{
    (void)state;
    each_pair(look_at_server);
}

/* A server that was attached to while clients came and went: what it accepts from then on, by its own loop. */
static void a_running_server_is_covered_from_then_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = wine_start(wine_words[i], NULL, "accept_server", NULL);
        int port = (int)wine_number(child, "listening ");
        int early = loopback_connect(port);
        assert_int_equal(child_line_with(child, "accepted", WINE_DEADLINE_MS), 0);
        assert_int_equal(wine_connection(port).keepalive, 0);
        attach(wine_words[i], "--idle 44s", wine_pid(port));
        wine_connection_gets(port, 44);
        close(early);
        assert_int_equal(child_line_with(child, "closed", WINE_DEADLINE_MS), 0);
        int late = loopback_connect(port);
        assert_int_equal(child_line_with(child, "accepted", WINE_DEADLINE_MS), 0);
        wine_connection_gets(port, 44);
        child_stop(child);
        close(late);
    }
}

static void list_finds_the_sockets(void **state)
{
    char words[64], text[64];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct child *child = wine_start(wine_words[i % 2], NULL, "probe accept", NULL);
        int port = (int)wine_number(child, "listening ");
        snprintf(words, sizeof words, "list --port %d", port);
        assert_int_equal(wine_tool(wine_words[i / 2], words, output, errors, sizeof output), 0);
        assert_int_equal(strncmp(output, "PID ", 4), 0);
        snprintf(text, sizeof text, " 127.0.0.1:%d ", port);
        assert_non_null(strstr(output, text));
        snprintf(words, sizeof words, "list --json --port %d", port);
        assert_int_equal(wine_tool(wine_words[i / 2], words, output, errors, sizeof output), 0);
        snprintf(text, sizeof text, "\"program\":\"probe.exe\",\"fd\":");
        assert_non_null(strstr(output, text));
        child_close_stdin(child);
        child_stop(child);
        assert_int_equal(wine_tool(wine_words[i / 2], "list --json --port 1", output, errors, sizeof output), 0);
        assert_string_equal(output, "[]\n");
    }
}

/* The program starts its child only when it is told to, and so after the attach. */
static void its_children_are_followed_when_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char words[700], file[64], settings[64];
        int port, listener = wine_listen(AF_INET, &port);
        snprintf(file, sizeof file, "windows/tests/%s/probe.exe", wine_words[i % 2]);
        snprintf(words, sizeof words, "probe child_later %s %d", scene_build(file), port);
        struct child *child = wine_start(wine_words[i % 2], NULL, words, NULL);
        int own_port = (int)wine_number(child, "listening ");
        snprintf(settings, sizeof settings, "--idle 45s --follow %s", i / 2 ? "off" : "on");
        attach(wine_words[i % 2], settings, wine_pid(own_port));
        child_say(child, "go\n");
        assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
        struct oracle_socket seen = wine_connection(port);
        assert_int_equal(seen.keepalive ? seen.idle : 0, i / 2 ? 0 : 45);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
        child_stop(child);
        close(listener);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(a_connection_gets_the_policy),
        TEST(a_listener_gets_it_and_what_it_accepts),
        TEST(a_running_server_is_covered_from_then_on),
        TEST(list_finds_the_sockets),
        TEST(its_children_are_followed_when_asked),
#undef TEST
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
