/*
 * The Wine of Debian 13, which knows TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT as Windows 10 1709 does: a
 * policy holds there as it was written. (What list shows it cannot tell either: its getsockopt knows no socket
 * of another program.)
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define POLICY "--idle 40s --interval 20s --probes 4 --"
enum { TEXT_SIZE = 8192, AGAIN_MS = 480000 };

struct values {
    int idle, interval, probes;
};

static int missing;

/* Without it there is nothing to do; the tests then say that they are skipped. */
static int newer_setup(void **state)
{
    setenv("TCPALIVE_TEST_WINE", "newer", 1);
    missing = geteuid() != 0 || access(scene_build("cache/wine_newer"), F_OK) != 0;
    return missing ? 0 : wine_setup(state);
}

static int newer_teardown(void **state)
{
    return missing ? 0 : wine_teardown(state);
}

static void needs_it(void)
{
    if (!missing)
        return;
    print_message(
        "skipped: no Wine of Debian 13 (tests/setup/wine_newer.sh), or not root, who alone can put it in place\n");
    skip();
}

static void expect_values(const struct oracle_socket *seen, const char *what, struct values wanted)
{
    if (seen->keepalive && seen->idle == wanted.idle && seen->interval == wanted.interval &&
        seen->probes == wanted.probes)
        return;
    oracle_print(stderr, seen);
    fail_msg("%s: %d s, %d s, %d probes expected", what, wanted.idle, wanted.interval, wanted.probes);
}

/* The probe's connection under a policy; what it said stays in `output`. */
static char output[TEXT_SIZE];

static void expect(const char *tool, const char *way, const char *more, struct values wanted)
{
    for (size_t i = 0; i < 2; i++) {
        char words[200];
        int port, listener = wine_listen(AF_INET, &port);
        snprintf(words, sizeof words, "probe %s %d %s", way, port, more);
        struct child *child = wine_start(wine_words[i], tool, words, NULL);
        if (child_line_with(child, "ready", WINE_DEADLINE_MS) != 0)
            fail_msg("%s %s: %s%s", wine_words[i], words, child_output(child), child_errors(child));
        struct oracle_socket seen = wine_connection(port);
        expect_values(&seen, tool ? tool : "bare", wanted);
        snprintf(output, sizeof output, "%s", child_output(child));
        child_stop(child);
        close(listener);
    }
}

static void the_policy_is_exact(void **state)
{
    (void)state;
    needs_it();
    expect("run " POLICY, "connect", "", (struct values){40, 20, 4});
    expect("run --idle 40s --interval 20s --probes 20 --", "connect", "", (struct values){40, 20, 20});
    expect("run --detect 60s --", "connect", "", (struct values){30, 10, 3});
    expect("run --survive 350s --", "connect", "", (struct values){175, 35, 5});
    expect("run --idle 40s --interval system --probes 4 --", "connect", "", (struct values){40, 75, 4});
}

/* A program that speaks for itself: 100 s, 5 s, 12 probes. */
#define OWN "100 5 12"

static void its_own_options_under_each_mode(void **state)
{
    (void)state;
    needs_it();
    expect("run --mode respect " POLICY, "own_options", OWN, (struct values){100, 5, 12});
    assert_non_null(strstr(output, "probes 12"));
    expect("run --mode tighten " POLICY, "own_options", OWN, (struct values){40, 5, 4});
    expect("run --mode tighten " POLICY, "own_options", "5 100 2", (struct values){5, 20, 2});
    expect("run " POLICY, "own_options", OWN, (struct values){40, 20, 4});
}

/*
 * Everything of these holds here as well. Two run at a time, each with a Windows of its own, the longest first: they
 * wait more than they work.
 */
enum again { KIT, RUN, THREAD, WAYS, SERVERS, AGAIN_COUNT };
enum { LANES = 2, LOOK_MS = 100 };

static struct {
    const char *program;
    struct child *child;
    int status; /* -1: it has not ended */
    char *text;
} again[AGAIN_COUNT] = {
    [KIT] = {.program = "tests/windows/kit_test"},         [RUN] = {.program = "tests/windows/run_test"},
    [THREAD] = {.program = "tests/windows/thread_test"},   [WAYS] = {.program = "tests/windows/ways_test"},
    [SERVERS] = {.program = "tests/windows/servers_test"},
};

static void begin_again(size_t which)
{
    static const char *const newer[] = {"TCPALIVE_TEST_WINE=newer", NULL};
    const char *argv[] = {scene_build(again[which].program), NULL};
    again[which].status = -1;
    again[which].child = child_start(&(struct child_plan){.argv = argv, .environment = newer});
}

static bool has_ended(size_t which)
{
    if (again[which].status >= 0)
        return false; /* told before */
    again[which].status = child_wait(again[which].child, LOOK_MS);
    if (again[which].status < 0)
        return false;
    again[which].text = strdup(child_output(again[which].child));
    child_stop(again[which].child);
    return true;
}

static void run_all(void)
{
    long long end = scene_now_ms() + AGAIN_MS;
    for (size_t begun = 0, ended = 0; ended < AGAIN_COUNT && scene_now_ms() < end;) {
        if (begun < AGAIN_COUNT && begun - ended < LANES)
            begin_again(begun++);
        for (size_t i = 0; i < begun; i++)
            ended += has_ended(i);
    }
}

/* Each line but what was seen is marked, so that nobody counts them as this program's own. */
static void expect_again(enum again which)
{
    needs_it();
    if (!again[0].child)
        run_all();
    if (!again[which].text)
        fail_msg("%s has not ended", again[which].program);
    for (char *rest = NULL, *line = strtok_r(again[which].text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (strncmp(line, "seen: ", 6) == 0)
            print_message("%s\n", line);
        else if (again[which].status != 0)
            print_message("| %s\n", line);
    assert_int_equal(again[which].status, 0);
}

static void every_way_again(void **state)
{
    (void)state;
    expect_again(WAYS);
}

static void every_way_in_again(void **state)
{
    (void)state;
    expect_again(THREAD);
    expect_again(RUN);
}

static void servers_again(void **state)
{
    (void)state;
    expect_again(SERVERS);
}

static void the_kit_again(void **state)
{
    (void)state;
    expect_again(KIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(the_policy_is_exact), TEST(its_own_options_under_each_mode),
        TEST(every_way_again),     TEST(every_way_in_again),
        TEST(servers_again),       TEST(the_kit_again),
#undef TEST
    };
    return cmocka_run_group_tests(tests, newer_setup, newer_teardown);
}
