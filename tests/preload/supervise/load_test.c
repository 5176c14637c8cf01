/* What a program can do to its supervisor, and what the supervisor must never do to the program. */
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "supervise.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The same lines with and without a supervisor, and a good connection at the end. */
static void strain(const char *how, const char *argument)
{
    char bare[8192];
    const char *program = place_file("tests/direct/strain");
    const char *plain[] = {program, how, argument, NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = plain}, bare, sizeof bare), 0);
    const char *words[SUPERVISE_WORDS] = {0};
    size_t count = supervise_add(words, 0, supervise_words());
    words[count++] = program;
    struct supervise_start start = {.launcher = words, .program = how, .argument = argument};
    struct child *with = supervise_begin(&start);
    assert_int_equal(child_wait(with, CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_output(with), bare);
    assert_string_equal(child_errors(with), "idle 41\n");
    child_stop(with);
    supervise_expect_gone();
}

static void wrong_requests_get_the_kernels_own_errors(void **state)
{
    (void)state;
    strain("bad", NULL);
}

static void a_thousand_processes_at_once(void **state)
{
    (void)state;
    strain("many", "1000");
}

static void processes_killed_in_the_middle(void **state)
{
    (void)state;
    strain("killed", "200");
}

static void a_storm_of_signals(void **state)
{
    (void)state;
    strain("storm", NULL);
}

/* The program's line about signals, under a policy that waits for no call of it. */
static void expect_no_wait(const char *program, const char *method, const char *setting, const char *value)
{
    const char *words[] = {place_file("tcpalive"), "run", "--method", method, setting, value,
                           place_file(program),    NULL};
    assert_non_null(place_file("libtcpalive.so"));
    struct child *child = supervise_begin(&(struct supervise_start){.launcher = words, .program = "interrupted"});
    const char *line = child_line(child, CHILD_DEADLINE_MS);
    assert_non_null(line);
    assert_int_equal(strncmp(line, "listen 0, ", 10), 0); /* connect's mark gets through some C libraries only */
    child_stop(child);
}

/*
 * A call that waits for the supervisor can be ended by a signal. Where there is nothing to set, none does; and none
 * that the library has seen beside it, where the C library lets its mark through.
 */
static void calls_wait_only_where_they_must(void **state)
{
    (void)state;
    expect_no_wait("tests/direct/strain", "supervise", "--rules", "accept * off");
    expect_no_wait("tests/direct/strain-dynamic", "both", "--rules", "connect 127.0.0.1 idle=41");
    expect_no_wait("tests/direct/strain-dynamic", "both", "--detect", "30s");
}

static struct child *with_descriptors(int count, const char *option, uid_t uid)
{
    char script[1024];
    snprintf(script, sizeof script, "ulimit -n %d; exec %s run --idle 41 --method supervise %s -- %s", count,
             place_file("tcpalive"), option, place_file("tests/direct/strain"));
    const char *argv[] = {"sh", "-c", script, NULL};
    return child_start(&(struct child_plan){.argv = argv, .uid = uid});
}

static void few_descriptors_are_enough(void **state)
{
    (void)state;
    struct child *child = with_descriptors(16, "", 0);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_errors(child), "idle 41\n");
    child_stop(child);
}

/* Who may gives itself more; else it is said that they are too few. */
static void too_few_descriptors_are_told(void **state)
{
    (void)state;
    if (getuid() != 0)
        skip();
    struct child *ordinary = with_descriptors(8, "", PLACE_NOBODY),
                 *strict = with_descriptors(8, "--strict", PLACE_NOBODY);
    assert_int_equal(child_wait(ordinary, CHILD_DEADLINE_MS), 0);
    assert_non_null(strstr(child_errors(ordinary), "tcpalive: not reached '"));
    assert_non_null(strstr(child_errors(ordinary), "Too many open files\nidle 7200\n"));
    assert_int_equal(child_wait(strict, CHILD_DEADLINE_MS), 125);
}

static void signals_are_the_programs(void **state)
{
    (void)state;
    struct child *child = supervise_begin(
        &(struct supervise_start){.launcher = supervise_words(), .program = place_file("tests/direct/static")});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    child_signal(child, SIGTERM);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 128 + SIGTERM);
    child_stop(child);
    supervise_expect_gone();
}

/* Readers of its output see the end as soon as the program and what it started let go, whoever still lives. */
static void output_ends_with_the_program(void **state)
{
    char script[1024];
    (void)state;
    snprintf(script, sizeof script,
             "left=$(%s run --method supervise -- sh -c 'setsid sleep 60 </dev/null >/dev/null 2>&1 & echo "
             "$!' 2>&1); "
             "kill $left && echo let go",
             place_file("tcpalive"));
    const char *argv[] = {"sh", "-c", script, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(child, "let go", CHILD_DEADLINE_MS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUPERVISE_TEST(wrong_requests_get_the_kernels_own_errors),
        SUPERVISE_TEST(a_thousand_processes_at_once),
        SUPERVISE_TEST(processes_killed_in_the_middle),
        SUPERVISE_TEST(a_storm_of_signals),
        SUPERVISE_TEST(calls_wait_only_where_they_must),
        SUPERVISE_TEST(few_descriptors_are_enough),
        SUPERVISE_TEST(too_few_descriptors_are_told),
        SUPERVISE_TEST(signals_are_the_programs),
        SUPERVISE_TEST(output_ends_with_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
