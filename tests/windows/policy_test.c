/*
 * What the policy says against what the program says: modes, named programs, and that a program notices nothing.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT_SIZE = 8192 };

/* Idle and interval in seconds, -1 for whatever; all 0 is keepalive off. */
struct values {
    int idle, interval;
};

static const struct values off = {0, 0};

static struct oracle_socket connect_with(const char *word, const char *tool, const char *way, const char *more,
                                         const char *const *environment)
{
    char words[200];
    int port, listener = wine_listen(AF_INET, &port);
    snprintf(words, sizeof words, "probe %s %d %s", way, port, more);
    struct child *child = wine_start(word, tool, words, environment);
    if (child_line_with(child, "ready", WINE_DEADLINE_MS) != 0)
        fail_msg("%s %s: %s%s", word, words, child_output(child), child_errors(child));
    struct oracle_socket seen = wine_connection(port);
    child_stop(child);
    close(listener);
    return seen;
}

static void expect(const char *tool, const char *way, const char *more, struct values wanted)
{
    for (size_t i = 0; i < 2; i++) {
        struct oracle_socket seen = connect_with(wine_words[i], tool, way, more, NULL);
        int keepalive = wanted.idle != 0;
        if (seen.keepalive != keepalive ||
            (keepalive && (seen.idle != wanted.idle || seen.interval != wanted.interval))) {
            oracle_print(stderr, &seen);
            fail_msg("%s, %s %s: %d s, %d s expected", tool ? tool : "bare", way, more, wanted.idle, wanted.interval);
        }
    }
}

/* As many probes as Windows has: nothing is rescaled. */
#define POLICY "--idle 37s --interval 10s --probes 10 --"

static void the_programs_word_counts_bare(void **state)
{
    (void)state;
    expect(NULL, "own", "1 100000 50000", (struct values){100, 50});
    expect(NULL, "own", "0 100000 50000", off);
    expect(NULL, "own_off", "", off);
}

static void enforce_lets_nothing_change(void **state)
{
    (void)state;
    expect("run " POLICY, "own", "1 100000 50000", (struct values){37, 10});
    expect("run " POLICY, "own", "1 5000 2000", (struct values){37, 10});
    expect("run " POLICY, "own", "0 100000 50000", (struct values){37, 10});
    expect("run " POLICY, "own_off", "", (struct values){37, 10});
}

static void tighten_takes_the_sooner(void **state)
{
    (void)state;
    expect("run --mode tighten " POLICY, "own", "1 100000 50000", (struct values){37, 10});
    expect("run --mode tighten " POLICY, "own", "1 5000 50000", (struct values){5, 10});
    expect("run --mode tighten " POLICY, "own", "1 100000 2000", (struct values){37, 2});
    expect("run --mode tighten " POLICY, "own", "0 5000 2000", (struct values){37, 10});
    expect("run --mode tighten " POLICY, "own_off", "", (struct values){37, 10});
}

static void respect_lets_it_stand(void **state)
{
    (void)state;
    expect("run --mode respect " POLICY, "connect", "", (struct values){37, 10});
    expect("run --mode respect " POLICY, "own", "1 100000 50000", (struct values){100, 50});
    expect("run --mode respect " POLICY, "own", "0 100000 50000", off);
    expect("run --mode respect " POLICY, "own_off", "", off);
}

/* Ten fixed probes, nine on Wine: idle + interval x probes stays the bound on noticing a dead peer. */
static void fewer_probes_shorten_the_interval(void **state)
{
    (void)state;
    expect("run --idle 40s --interval 20s --probes 4 --", "connect", "", (struct values){40, 8});
    expect("run --idle 40s --interval 20s --probes 20 --", "connect", "", (struct values){40, 20});
    expect("run --detect 60s --", "connect", "", (struct values){30, 3});
    expect("run --idle 1500ms --interval 10s --probes 10 --", "connect", "", (struct values){2, 10});
}

static void only_named_programs(void **state)
{
    (void)state;
    expect("run --programs probe --idle 33s --probes 10 --", "connect", "", (struct values){33, 10});
    expect("run --programs other,PROBE.EXE,probe.exe --idle 33s --probes 10 --", "connect", "",
           (struct values){33, 10});
    expect("run --programs !probe --idle 33s --", "connect", "", off);
    expect("run --programs other --idle 33s --", "connect", "", off);
}

/* A setting of more than 8,191 characters arrives whole: what stands at its end counts. */
static void a_long_setting_arrives(void **state)
{
    static char tool[16384];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        size_t used = (size_t)sprintf(tool, "run --idle 37s --programs ");
        for (int n = 0; n < 1000; n++)
            used += (size_t)sprintf(tool + used, "other%d,", n);
        sprintf(tool + used, "%s --", i / 2 ? "probe" : "last");
        assert_int_equal(connect_with(wine_words[i % 2], tool, "connect", "", NULL).keepalive, i / 2);
    }
}

static void off_does_nothing(void **state)
{
    static const char *const environment[] = {"TCPALIVE=off", NULL};
    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(connect_with(wine_words[i], "run " POLICY, "connect", "", environment).keepalive, 0);
}

static void udp_is_left_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char output[TEXT_SIZE];
        assert_int_equal(wine_run(wine_words[i], "run " POLICY, "probe udp 9", NULL, output, sizeof output), 0);
        assert_string_equal(output, "keepalive 0\nready\n");
    }
}

/* Calls that fail, calls with completion packets, the last error: the same to the letter. */
static void a_program_notices_nothing(void **state)
{
    (void)state;
    static const char *const tools[] = {"run --", "run --mode tighten --", "run --mode respect --",
                                        "run --log debug --log-file debugger --"};
    for (size_t i = 0; i < 2; i++) {
        char bare[TEXT_SIZE], with[TEXT_SIZE], words[64];
        int port, listener = wine_listen(AF_INET, &port);
        snprintf(words, sizeof words, "probe errors %d", port);
        assert_int_equal(wine_run(wine_words[i], NULL, words, NULL, bare, sizeof bare), 0);
        assert_non_null(strstr(bare, "after socket 1 "));
        for (size_t t = 0; t < sizeof tools / sizeof *tools; t++) {
            assert_int_equal(wine_run(wine_words[i], tools[t], words, NULL, with, sizeof with), 0);
            assert_string_equal(with, bare);
        }
        close(listener);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(the_programs_word_counts_bare),
        TEST(enforce_lets_nothing_change),
        TEST(tighten_takes_the_sooner),
        TEST(respect_lets_it_stand),
        TEST(fewer_probes_shorten_the_interval),
        TEST(only_named_programs),
        TEST(a_long_setting_arrives),
        TEST(off_does_nothing),
        TEST(udp_is_left_alone),
        TEST(a_program_notices_nothing),
#undef TEST
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
