/*
 * What the library costs in system calls, counted by strace: what a hundred rounds take with the library less
 * what they take without it, all calls of every kind together, with the calls of the start taken off.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/strace.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 100 };

/* Of a run of the probe under these settings, one a line. */
static long calls_of(const char *probe, int rounds, const char *environment, const char *preload)
{
    char count[16], *variables = strdup(environment), *rest = variables;
    const char *argv[] = {scene_target()->probe, "-x", "repeat", probe, count, NULL}, *settings[8] = {NULL};
    size_t variable = 0;
    for (char *one; (one = strsep(&rest, "\n"));)
        settings[variable++] = one;
    snprintf(count, sizeof count, "%d", rounds);
    long calls = strace_count(argv, preload, settings);
    free(variables);
    return calls;
}

static long added_in_all(const char *probe, int rounds, const char *environment)
{
    return calls_of(probe, rounds, environment, scene_target()->library) - calls_of(probe, rounds, environment, NULL);
}

static char thousand_rules[40000];

static void write_thousand_rules(void)
{
    size_t used = (size_t)snprintf(thousand_rules, sizeof thousand_rules, "TCPALIVE_RULES=");
    for (int i = 0; i < 1000; i++)
        used +=
            (size_t)snprintf(thousand_rules + used, sizeof thousand_rules - used, "connect 10.0.0.0/24:%d off;", 1 + i);
}

struct cost_case {
    const char *name, *probe, *environment;
    int calls; /* that the library adds to one round, exactly */
};

/*
 * A round of `connection` is socket, connect, accept and two times close; of `datagram` it is every call that a hook
 * sees on UDP.
 */
static const struct cost_case cases[] = {
    {"one call an option", "socket", "TCPALIVE=on", 4},
    {"one call an option, user timeout too", "socket", "TCPALIVE_USER_TIMEOUT=45s", 5},
    {"none for an option left to the system", "socket", "TCPALIVE_INTERVAL=system\nTCPALIVE_PROBES=system", 2},
    {"none more for connect and accept", "connection", "TCPALIVE=on", 4},
    {"none when switched off", "connection", "TCPALIVE=off", 0},
    {"none in another program", "connection", "TCPALIVE_PROGRAMS=other", 0},
    {"none for UDP", "datagram", "TCPALIVE=on", 0},
    {"none for Unix sockets", "local", "TCPALIVE=on", 0},
    {"none for options that are not its business", "option", "TCPALIVE=on", 0},
    {"none for accept by rules that speak of connect", "connection", "TCPALIVE_RULES=connect *:1 off", 4},
    {"none for accept by a thousand of them", "connection", thousand_rules, 4},
    {"as much for a listener as without rules", "listener", "TCPALIVE=on", 4},
    {"no more for it by rules that speak of connect", "listener", "TCPALIVE_RULES=connect *:1 off", 4},
    {"as much for connect as without rules", "refused", "TCPALIVE=on", 4},
    {"no more for it by rules that speak of accept", "refused", "TCPALIVE_RULES=accept *:1 off", 4},
    {"no more for it by rules that speak of both", "refused", "TCPALIVE_RULES=any *:1 off; accept 10.0.0.0/8 off", 4},
    {"none for a socket that does neither, under rules", "socket", "TCPALIVE_RULES=any *:1 off", 0},
    {"two for accept by rules that speak of it", "connection", "TCPALIVE_RULES=accept *:1 off", 6},
};
enum { CASES = sizeof cases / sizeof *cases };

static void costs(void **state)
{
    const struct cost_case *one = *state;
    if (scene_target()->root[0] || scene_target()->launcher[0])
        skip(); /* counted where strace sees the program itself; the library is the same */
    long start = added_in_all(one->probe, 0, one->environment);
    long first = added_in_all(one->probe, 1, one->environment);
    long all = added_in_all(one->probe, 1 + ROUNDS, one->environment);
    assert_int_equal(first - start, one->calls);
    assert_int_equal(all - first, (long)one->calls * ROUNDS);
}

int main(void)
{
    static struct CMUnitTest tests[CASES];
    write_thousand_rules();
    for (size_t i = 0; i < CASES; i++)
        tests[i] = (struct CMUnitTest){cases[i].name, costs, NULL, child_stop_all, (void *)&cases[i]};
    return _cmocka_run_group_tests("cost", tests, CASES, NULL, NULL);
}
