/*
 * Rules on Windows: which connections they decide for, and that several --rules, files among them, are one list.
 */
#include "harness/case_directory.h"
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define POLICY "--idle 37s --interval 10s --probes 10 --"

/* The rules, with `@` for the port of the test's own listener. */
static void set_rules(char *variable, size_t room, const char *rules, int port)
{
    const char *at = strchr(rules, '@');
    if (at)
        snprintf(variable, room, "TCPALIVE_RULES=%.*s%d%s", (int)(at - rules), rules, port, at + 1);
    else
        snprintf(variable, room, "TCPALIVE_RULES=%s", rules);
}

static struct oracle_socket see_under_rules(const char *word, const char *rules, const char *way)
{
    char variable[300], words[100];
    const char *environment[] = {variable, NULL};
    int port, listener = wine_listen(AF_INET, &port), fd = -1;
    set_rules(variable, sizeof variable, rules, port);
    int client = strchr(rules, '@') != NULL;
    if (client)
        snprintf(words, sizeof words, "probe %s %d", way, port);
    else
        snprintf(words, sizeof words, "probe %s", way);
    struct child *child = wine_start(word, "run " POLICY, words, environment);
    if (!client) {
        port = (int)wine_number(child, "listening ");
        fd = loopback_connect(port);
    }
    assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
    struct oracle_socket seen = wine_connection(port);
    child_stop(child);
    close(listener);
    if (fd >= 0)
        close(fd);
    return seen;
}

static void expect_rules(const char *rules, const char *way, int idle)
{
    for (size_t i = 0; i < 2; i++) {
        struct oracle_socket seen = see_under_rules(wine_words[i], rules, way);
        if (seen.keepalive != (idle != 0) || (idle && seen.idle != idle)) {
            oracle_print(stderr, &seen);
            fail_msg("%s, %s: %d s expected", rules, way, idle);
        }
    }
}

static void rules_decide_for_clients(void **state)
{
    (void)state;
    expect_rules("connect *:@ idle=11s; any * off", "connect", 11);
    expect_rules("connect *:@ off", "connect", 0);
    expect_rules("accept *:@ off", "connect", 37);
    expect_rules("connect 127.0.0.0/8:@ idle=12s; any * off", "wsaconnect", 12);
    expect_rules("connect 10.0.0.0/8:@ idle=12s; any * off", "nonblocking", 0);
    expect_rules("connect 127.0.0.1:@ idle=13s; any * off", "connectex", 13);
    expect_rules("connect *:@ idle=14s; any * off", "byname", 14);
    expect_rules("connect *:@ idle=15s; any * off", "bynamew", 15);
}

static void rules_decide_for_servers(void **state)
{
    (void)state;
    expect_rules("accept 127.0.0.1 idle=21s; any * off", "accept", 21);
    expect_rules("accept 10.0.0.1 idle=21s; any * off", "accept", 0);
    expect_rules("accept 127.0.0.1 idle=22s; any * off", "acceptex", 22);
    expect_rules("accept * idle=23s; any * off", "acceptex_bare", 23);
    expect_rules("accept * idle=24s; any * off", "inherit", 24);
    expect_rules("accept 127.0.0.1 idle=25s; any * off", "wsaaccept", 25);
    expect_rules("connect * off", "wsaaccept", 37);
}

static void write_rules(const char *name, const char *text)
{
    FILE *file = fopen(case_path(name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* With what editors there put into files: line ends of two characters, the mark of UTF-8 in front. */
static void several_files_are_one_list(void **state)
{
    char words[300], output[8192], errors[8192];
    (void)state;
    write_rules("one", "\xEF\xBB\xBF# the first\r\nconnect *:1 off\r\n");
    write_rules("two", "connect *:2 idle=11s");
    snprintf(words, sizeof words, "explain --rules @%s --rules=@%s", case_path("one"), case_path("two"));
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(wine_tool(wine_words[i], words, output, errors, sizeof output), 0);
        assert_string_equal(errors, "");
        const char *first = strstr(output, "connect *:1"), *second = strstr(output, "connect *:2");
        assert_true(first && second && first < second);
    }
}

static void a_file_that_is_not_there_is_told(void **state)
{
    char words[300], output[8192], errors[8192];
    (void)state;
    snprintf(words, sizeof words, "explain --rules @%s", case_path("none"));
    assert_int_equal(wine_tool(wine_words[0], words, output, errors, sizeof output), 125);
    assert_int_equal(strncmp(errors, "tcpalive: rules '/", 18), 0);
    assert_non_null(strstr(errors, "none': cannot be read"));
}

/* A program under tcpalive names a file of rules to its child: only the library there can read it. */
static struct child *start_under_file(const char *word, const char *file, int port)
{
    char words[700];
    snprintf(words, sizeof words, "probe child_told %s %d TCPALIVE_RULES @%s",
             scene_build(word == wine_words[0] ? "windows/tests/x86_64/probe.exe" : "windows/tests/i686/probe.exe"),
             port, file);
    struct child *child = wine_start(word, "run --idle 37s --", words, NULL);
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    return child;
}

static void expect_idle_under_file(const char *word, const char *file, int idle, const char *complaint)
{
    int port, listener = wine_listen(AF_INET, &port);
    struct child *child = start_under_file(word, file, port);
    struct oracle_socket seen = wine_connection(port);
    if (!seen.keepalive || seen.idle != idle)
        fail_msg("%s: keepalive %d, idle %d s, %d s expected", file, seen.keepalive, seen.idle, idle);
    bool says = strstr(child_errors(child), complaint ? complaint : "tcpalive");
    if (says == !complaint)
        fail_msg("%s: %s", file, child_errors(child));
    child_close_stdin(child);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    child_stop(child);
    close(listener);
}

static void the_library_reads_a_file_too(void **state)
{
    static char longest[40000];
    char missing[400];
    (void)state;
    memset(longest, '\n', sizeof longest - 1);
    write_rules("rules", "\xEF\xBB\xBF# of a child\r\nconnect 127.0.0.1 idle=31s\r\n");
    write_rules("long", longest);
    snprintf(missing, sizeof missing, "tcpalive: rules '%s': cannot be read (error 2)", case_path("none"));
    for (size_t i = 0; i < 2; i++) {
        expect_idle_under_file(wine_words[i], case_path("rules"), 31, NULL);
        expect_idle_under_file(wine_words[i], case_path("none"), 37, missing);
        expect_idle_under_file(wine_words[i], case_path("long"), 37, "': longer than a variable may be");
        expect_idle_under_file(wine_words[i], "NUL", 37, "tcpalive: rules 'NUL': not a regular file");
    }
}

#define IN_DIRECTORY(name) cmocka_unit_test_setup_teardown(name, case_directory_make, case_directory_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(rules_decide_for_clients, child_stop_all),
        cmocka_unit_test_teardown(rules_decide_for_servers, child_stop_all),
        IN_DIRECTORY(several_files_are_one_list),
        IN_DIRECTORY(a_file_that_is_not_there_is_told),
        IN_DIRECTORY(the_library_reads_a_file_too),
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
