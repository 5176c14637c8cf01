/*
 * What a control group's policy sets on which connection: by rules, and in each mode against the programs' own calls.
 */
#include "cgroup.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/twice.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void modes_answer_the_programs_own_calls(void **state)
{
    struct oracle_socket seen[POLICY_ROOM];
    (void)state;
    cgroup_need();
    for (size_t i = 0; i < POLICY_MODES; i++) {
        cgroup_put(WORDS_OF(POLICY_SETTINGS, "--replace", "--user-timeout", "5s", "--mode", policy_modes[i].name));
        struct child *child = cgroup_start_ready(WORDS_OF(place_file("tests/direct/static"), "own"));
        ssize_t count = oracle_process(child_pid(child), seen, POLICY_ROOM);
        assert_true(count >= 7 && count <= POLICY_ROOM);
        policy_expect_mode(seen, (size_t)count, &policy_modes[i]);
    }
}

/* The number of the probe's connection, as it says itself. */
static int client_of(struct child *child)
{
    const char *line = strstr(child_output(child), "fd client ");
    assert_non_null(line);
    return atoi(line + strlen("fd client "));
}

/* The probe sets 15 s of idle, or switches keepalive off, on a connection that it has made. */
static void what_a_connected_socket_may_change(void **state)
{
    static const struct {
        const char *mode, *flag, *value;
        int idle, still_on;
    } cases[] = {
        {"enforce", "--idle", "41", 41, 1},
        {"tighten", "--idle", "41", 15, 1},
        {"respect", "--idle", "41", 15, 0},
        {"enforce", "--rules", "any * idle=10", 10, 1},
        {"tighten", "--rules", "any * idle=10", 10, 1},
        {"tighten", "--rules", "any * idle=41", 15, 1},
        {"respect", "--rules", "any * idle=10", 15, 0},
        {"enforce", "--rules", "any * off", 15, 0},
        {"tighten", "--rules", "any * off", 15, 0},
    };
    (void)state;
    cgroup_need();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct oracle_socket seen;
        cgroup_put(WORDS_OF("--replace", "--mode", cases[i].mode, cases[i].flag, cases[i].value));
        struct child *sets = cgroup_start_ready(WORDS_OF(place_file("tests/probe"), "set", "connected"));
        assert_int_equal(oracle_read(child_pid(sets), client_of(sets), &seen), 0);
        assert_int_equal(seen.idle, cases[i].idle);
        struct child *switches = cgroup_start_ready(WORDS_OF(place_file("tests/probe"), "set", "off"));
        assert_int_equal(oracle_read(child_pid(switches), client_of(switches), &seen), 0);
        assert_int_equal(seen.keepalive, cases[i].still_on);
    }
}

static void rules_decide_by_direction_and_peer(void **state)
{
    struct oracle_socket seen[POLICY_ROOM];
    int port[2];
    (void)state;
    cgroup_need();
    cgroup_put(WORDS_OF("--rules", "connect 127.0.0.0/8 idle=55; connect [::2] idle=5; connect * off; "
                                   "accept 127.0.0.2 idle=6; accept [::1] idle=33; accept *:1-65535 idle=66"));
    struct child *child = cgroup_start_ready(WORDS_OF(place_file("tests/direct/static")));
    ssize_t count = oracle_process(child_pid(child), seen, POLICY_ROOM);
    assert_true(count >= 7 && count <= POLICY_ROOM);
    policy_ports(seen, (size_t)count, port);
    for (ssize_t i = 0; i < count; i++) {
        bool v6 = seen[i].domain == AF_INET6;
        if (seen[i].listening)
            assert_int_equal(seen[i].keepalive, 0); /* its connections are decided one by one */
        else if (oracle_port(&seen[i].peer) == port[v6])
            assert_int_equal(seen[i].keepalive ? seen[i].idle : 0, v6 ? 0 : 55);
        else
            assert_int_equal(seen[i].idle, v6 ? 33 : 66);
    }
}

static void ports_decide(void **state)
{
    char rules[128], address[64];
    struct oracle_socket seen[POLICY_ROOM];
    (void)state;
    cgroup_need();
    int number = twice_free_port();
    snprintf(rules, sizeof rules, "any *:%d idle=77; any *:%d-65535 idle=78; any * idle=79", number, number + 1);
    snprintf(address, sizeof address, "inet:%d", number);
    cgroup_put(WORDS_OF("--rules", rules));
    struct child *child = cgroup_start_ready(WORDS_OF(place_file("tests/probe"), "wildcard", address));
    ssize_t count = oracle_process(child_pid(child), seen, POLICY_ROOM);
    assert_true(count > 0);
    for (ssize_t i = 0; i < count; i++)
        assert_int_equal(seen[i].idle, 77);
}

static void as_many_rules_as_there_may_be(void **state)
{
    static char rules[128 * 1024];
    size_t used = 0;
    (void)state;
    cgroup_need();
    for (int i = 1; i < 1024; i++)
        used +=
            (size_t)snprintf(rules + used, sizeof rules - used, "any [2001:db8::%x]:%d-%d idle=%d;", i, i, i + 5, i);
    snprintf(rules + used, sizeof rules - used, "any * idle=41 interval=7 probes=4");
    cgroup_put(WORDS_OF("--rules", rules));
    cgroup_expect(cgroup_start_ready(WORDS_OF(place_file("tests/direct/static"))), true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CGROUP_TEST(modes_answer_the_programs_own_calls), CGROUP_TEST(what_a_connected_socket_may_change),
        CGROUP_TEST(rules_decide_by_direction_and_peer),  CGROUP_TEST(ports_decide),
        CGROUP_TEST(as_many_rules_as_there_may_be),
    };
    return cmocka_run_group_tests(tests, cgroup_begin, cgroup_end);
}
