/*
 * `run --log info` names the connections that the kernel ended, by supervise and both, with data in flight
 * bounded or not.
 */
#include "../remote/deaths_lab.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The last one is told nothing: what the library sees alone. */
static const struct {
    const char *method, *setting, *value, *variable;
} runs[] = {
    {"supervise", "--detect", "4s", "A=B"},       {"both", "--detect", "4s", "A=B"},
    {"supervise", "--user-timeout", "4s", "A=B"}, {"both", "--user-timeout", "4s", "A=B"},
    {"both", "--detect", "4s", "APART=1"},        {"preload", "--user-timeout", "4s", "A=B"},
};
enum { RUNS = sizeof runs / sizeof *runs };

static struct child *begin(int number)
{
    const char *launcher[] = {place_file("tcpalive"),
                              "run",
                              "--log",
                              "info",
                              "--idle",
                              "2",
                              "--interval",
                              "1",
                              "--probes",
                              "2",
                              "--method",
                              runs[number].method,
                              runs[number].setting,
                              runs[number].value,
                              "--",
                              "env",
                              runs[number].variable,
                              NULL};
    assert_non_null(place_file("libtcpalive.so"));
    return deaths_lab_start(number, launcher);
}

/* How many deaths of that kind are named, with the peer. */
static int named(const char *errors, int number, const char *how)
{
    char start[64];
    int count = 0;
    snprintf(start, sizeof start, "tcpalive: %s:7001 of ", deaths_lab_peer(number));
    for (const char *line = errors; (line = strstr(line, start)); line++) {
        const char *end = strchr(line, '\n'), *found = strstr(line, how);
        count += found && end && found < end;
    }
    return count;
}

static void expect(int number, struct child *lab, int wanted)
{
    deaths_lab_wait(lab);
    for (int i = 0; i < wanted; i++) /* one of each, in any order; bounded waits */
        child_error_with(lab, ": ended by ", CHILD_DEADLINE_MS);
    child_close_stdin(lab);
    if (strcmp(runs[number].variable, "APART=1") != 0)
        assert_int_equal(child_wait(lab, CHILD_DEADLINE_MS), 0);
    const char *errors = child_errors(lab);
    if (named(errors, number, " python3 fd 3: ended by keepalive, no answer for ") != wanted / 2 ||
        named(errors, number, " python3 fd 4: ended by its user timeout, no answer for ") != wanted / 2 ||
        named(errors, number, ": ended by ") != wanted) /* not the one that its program closed */
        fail_msg("%s %s: %s", runs[number].method, runs[number].setting, errors);
}

static void deaths_are_named(void **state)
{
    struct child *lab[RUNS];
    (void)state;
    if (getuid() != 0)
        skip();
    for (int i = 0; i < RUNS; i++)
        if (!(lab[i] = begin(i)))
            skip(); /* no network namespaces here */
    for (int i = 0; i < RUNS; i++)
        deaths_lab_cut(i, lab[i]);
    for (int i = 0; i < RUNS; i++)
        expect(i, lab[i], strcmp(runs[i].method, "preload") == 0 ? 0 : 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(deaths_are_named, deaths_lab_end)};
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
