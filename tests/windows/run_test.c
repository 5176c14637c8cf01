/*
 * tcpalive.exe run: what a user and a script see of it, and what becomes of the program's children.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOOL "run --idle 37s --"
enum { IDLE = 37, TEXT_SIZE = 8192 };

static char output[TEXT_SIZE], errors[TEXT_SIZE], other[TEXT_SIZE];

/* The program of the second word size, started by the tool of the first. */
static const char *program(const char *word, const char *arguments)
{
    static char words[600];
    char file[64];
    snprintf(file, sizeof file, "windows/tests/%s/probe.exe", word);
    snprintf(words, sizeof words, "%s %s", scene_build(file), arguments);
    return words;
}

static void each_pair(void (*look)(const char *tool_word, const char *program_word))
{
    for (size_t i = 0; i < 4; i++)
        look(wine_words[i / 2], wine_words[i % 2]);
}

static void look_at_exit(const char *tool_word, const char *program_word)
{
    assert_int_equal(wine_run(tool_word, TOOL, program(program_word, "exit 42"), NULL, NULL, 0), 42);
}

static void exit_code_is_the_programs(void **state)
{
    (void)state;
    each_pair(look_at_exit);
}

static void look_at_connection(const char *tool_word, const char *program_word)
{
    char arguments[64];
    int port, listener = wine_listen(AF_INET, &port);
    snprintf(arguments, sizeof arguments, "connect %d", port);
    struct child *child = wine_start(tool_word, TOOL, program(program_word, arguments), NULL);
    assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
    struct oracle_socket seen = wine_connection(port);
    assert_int_equal(seen.keepalive, 1);
    assert_int_equal(seen.idle, IDLE);
    child_stop(child);
    close(listener);
}

static void either_word_size_starts_either(void **state)
{
    (void)state;
    each_pair(look_at_connection);
}

static void arguments_arrive_as_they_were(void **state)
{
    static const char words[] = "probe arguments one \"two\" \\\\back\\\\ C:\\dir\\ a\\\"b %PATH% ^& * ''";
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(wine_run(wine_words[i], NULL, words, NULL, output, sizeof output), 0);
        assert_int_equal(wine_run(wine_words[i], TOOL, words, NULL, other, sizeof other), 0);
        assert_non_null(strstr(output, "argument a\\\"b"));
        assert_string_equal(output, other);
    }
}

static void headers_are_put_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(wine_run(wine_words[i], NULL, "probe headers", NULL, output, sizeof output), 0);
        assert_int_equal(wine_run(wine_words[i], TOOL, "probe headers", NULL, other, sizeof other), 0);
        assert_non_null(strstr(output, "directory 1 "));
        assert_string_equal(output, other);
    }
}

static void expect_failure(const char *words, int status, const char *message)
{
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(wine_tool(wine_words[i], words, output, errors, sizeof output), status);
        if (!strstr(errors, message))
            fail_msg("tcpalive %s said: %s", words, errors);
        assert_string_equal(output, status == 1 ? "0 set, 0 left alone, 0 refused\n" : ""); /* attach has begun */
    }
}

static void failures_have_their_exit_codes(void **state)
{
    char words[600];
    (void)state;
    expect_failure("run --probes 900 -- x", 125, "tcpalive: --probes '900': must be 1..127\n");
    expect_failure("run --nosuch -- x", 125, "tcpalive: run '--nosuch': no such option\n");
    expect_failure("explain --idel 5s", 125, "tcpalive: explain '--idel': no such option; did you mean --idle?\n");
    expect_failure("", 125, "Usage: tcpalive COMMAND [ARG...], and COMMAND is run explain");
    expect_failure("run --idle", 125, "tcpalive: run '--idle': needs a value\n");
    expect_failure("run --method supervise x", 125, "tcpalive: --method 'supervise': must be auto or preload\n");
    expect_failure("run", 125, "tcpalive: run: needs a PROGRAM; see tcpalive help run\n");
    expect_failure("nosuch", 125, "tcpalive: command 'nosuch': must be run, explain, check, list, attach or measure");
    expect_failure("run -- nosuch", 127, "tcpalive: program 'nosuch': ");
    snprintf(words, sizeof words, "run -- %s", scene_build("cache/wine/prefix/system.reg"));
    expect_failure(words, 126, "tcpalive: program ");
    expect_failure("attach 99999999", 1, "tcpalive: process '99999999': there is none\n");
    expect_failure("attach x", 125, "tcpalive: attach 'x': must be a process number");
    expect_failure("list --port 0", 125, "tcpalive: --port '0': must be 1..65535");
}

static void help_and_version_go_to_stdout(void **state)
{
    (void)state;
    assert_int_equal(wine_tool("i686", "--version", output, errors, sizeof output), 0);
    assert_int_equal(strncmp(output, "tcpalive ", 9), 0);
    assert_int_equal(wine_tool("i686", "help", output, errors, sizeof output), 0);
    assert_non_null(strstr(output, "  attach    Applies the policy to running programs"));
    assert_int_equal(wine_tool("x86_64", "run --help", output, errors, sizeof output), 0);
    assert_int_equal(strncmp(output, "Usage: tcpalive run [settings] [--method auto|preload]", 54), 0);
    assert_int_equal(wine_tool("x86_64", "help settings", output, errors, sizeof output), 0);
    assert_non_null(strstr(output, "--user-timeout DURATION|match|off"));
    assert_non_null(strstr(output, "--log-file stderr|debugger|PATH"));
    assert_null(strstr(output, "syslog"));
    assert_string_equal(errors, "");
}

static void explain_tells_windows_own_values(void **state)
{
    (void)state;
    assert_int_equal(wine_tool("i686", "explain --idle system --interval 1500ms", output, errors, sizeof output), 0);
    assert_non_null(strstr(output, "probed after 7200s of silence"));
    assert_non_null(strstr(output, "1500ms"));
    assert_non_null(strstr(output, "the system's retransmissions decide (user-timeout bounds it)."));
    assert_int_equal(wine_tool("x86_64", "explain --synccnt 3", output, errors, sizeof output), 125);
    assert_int_equal(wine_tool("x86_64", "explain --syncnt 3", output, errors, sizeof output), 0);
    assert_string_equal(errors, "tcpalive: --syncnt '3': Windows has no such option: it is left alone\n");
}

/* Without its library beside it, run says so and starts the program all the same; --strict refuses. */
static void a_program_out_of_reach_is_told(void **state)
{
    char command[1200], words[700];
    (void)state;
    snprintf(command, sizeof command, "cp '%s' '%s/tcpalive.exe'", scene_build("windows/x86_64/tcpalive.exe"),
             wine_folder());
    assert_int_equal(system(command), 0);
    snprintf(words, sizeof words, "%s/tcpalive.exe run -- %s", wine_folder(), program("x86_64", "exit 7"));
    struct child *child = wine_start("x86_64", NULL, words, NULL);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 7);
    assert_non_null(strstr(child_errors(child), "tcpalive: not reached '"));
    child_stop(child);
    snprintf(words, sizeof words, "%s/tcpalive.exe run --strict -- %s", wine_folder(), program("x86_64", "exit 7"));
    child = wine_start("x86_64", NULL, words, NULL);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 125);
    assert_non_null(strstr(child_errors(child), "tcpalive: refused '"));
    child_stop(child);
}

/*
 * A library that the system would not load is noticed beforehand: the program starts without it, or not at
 * all under --strict.
 */
static void a_broken_library_is_told(void **state)
{
    static const char *const broken[] = {"printf 'MZ no library' >", "head -c 20000 '%s' >", "cp '%s'"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char command[1200], make[400], words[700];
        snprintf(make, sizeof make, broken[i],
                 scene_build(i == 2 ? "windows/i686/tcpalive.dll" : "windows/x86_64/tcpalive.dll"));
        snprintf(command, sizeof command, "cp '%s' '%s/tcpalive.exe' && %s '%s/tcpalive.dll'",
                 scene_build("windows/x86_64/tcpalive.exe"), wine_folder(), make, wine_folder());
        assert_int_equal(system(command), 0);
        for (int strict = 0; strict < 2; strict++) {
            snprintf(words, sizeof words, "%s/tcpalive.exe run %s -- %s", wine_folder(), strict ? "--strict" : "",
                     program("x86_64", "exit 7"));
            struct child *child = wine_start("x86_64", NULL, words, NULL);
            assert_int_equal(child_wait(child, WINE_DEADLINE_MS), strict ? 125 : 7);
            assert_non_null(strstr(child_errors(child), strict ? "tcpalive: refused '" : "tcpalive: not reached '"));
            assert_non_null(strstr(child_errors(child), "is damaged, or of another one"));
            child_stop(child);
        }
        snprintf(words, sizeof words, "%s/tcpalive.exe check %s", wine_folder(), program("x86_64", ""));
        assert_int_equal(wine_run("x86_64", NULL, words, NULL, output, sizeof output), 1);
        assert_non_null(strstr(output, "is damaged, or of another one"));
    }
    snprintf(errors, sizeof errors, "rm '%s'/tcpalive.*", wine_folder());
    assert_int_equal(system(errors), 0);
}

static int child_keepalive(const char *parent, const char *way, const char *other_word, const char *tool)
{
    char words[700];
    int port, listener = wine_listen(AF_INET, &port);
    snprintf(words, sizeof words, "probe %s %s %d", way, program(other_word, ""), port);
    struct child *child = wine_start(parent, tool, words, NULL);
    if (child_line_with(child, "ready", WINE_DEADLINE_MS) != 0)
        fail_msg("%s %s: %s%s", parent, words, child_output(child), child_errors(child));
    struct oracle_socket seen = wine_connection(port);
    child_close_stdin(child);
    assert_int_equal(child_line_with(child, "child 0", WINE_DEADLINE_MS), 0);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
    child_stop(child);
    close(listener);
    return seen.keepalive ? seen.idle : 0;
}

static void look_at_children(const char *parent, const char *other_word)
{
    assert_int_equal(child_keepalive(parent, "child", other_word, NULL), 0);
    assert_int_equal(child_keepalive(parent, "child", other_word, TOOL), IDLE);
}

static void children_are_followed(void **state)
{
    (void)state;
    each_pair(look_at_children);
}

/* With a token of its own, by either call. */
static void children_of_another_user_are_followed(void **state)
{
    static const char *const ways[] = {"child_as_user", "child_as_user_wide"};
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        const char *parent = wine_words[i / 2 % 2], *child = wine_words[i % 2], *way = ways[i / 4];
        assert_int_equal(child_keepalive(parent, way, child, NULL), 0);
        assert_int_equal(child_keepalive(parent, way, child, TOOL), IDLE);
    }
}

static void suspended_children_stay_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(child_keepalive(wine_words[i], "child_suspended", wine_words[i], TOOL), IDLE);
}

static void cleaned_children_are_followed_when_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(child_keepalive(wine_words[i], "child_cleaned", wine_words[i], TOOL), 0);
        assert_int_equal(
            child_keepalive(wine_words[i], "child_cleaned", wine_words[i], "run --follow on --idle 37s --"), IDLE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(exit_code_is_the_programs),
        TEST(either_word_size_starts_either),
        TEST(arguments_arrive_as_they_were),
        TEST(headers_are_put_back),
        TEST(failures_have_their_exit_codes),
        TEST(help_and_version_go_to_stdout),
        TEST(explain_tells_windows_own_values),
        TEST(a_program_out_of_reach_is_told),
        TEST(a_broken_library_is_told),
        TEST(children_are_followed),
        TEST(children_of_another_user_are_followed),
        TEST(suspended_children_stay_so),
        TEST(cleaned_children_are_followed_when_asked),
#undef TEST
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
