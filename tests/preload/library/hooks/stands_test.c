/*
 * What was decided for a connection stands: when the program starts a child that inherits it, when another socket
 * connects, when the program itself says what the system says too.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUES "idle=31s interval=7s probes=4 user-timeout=45s"

/* @ in the text is replaced by one of the ports, # by the other. */
static const char *with_ports(const char *text, const int port[2])
{
    static char rooms[4][1024];
    static size_t turn;
    char *room = rooms[turn++ % 4];
    size_t used = 0;
    for (; *text; text++) {
        bool is_port = *text == '@' || *text == '#';
        assert_true(used + 8 < sizeof rooms[0]);
        used += (size_t)(is_port ? sprintf(room + used, "%d", port[*text == '#']) : sprintf(room + used, "%c", *text));
    }
    return room;
}

static void look(struct twice_look *seen, const char *probe, const char *environment, const int port[2])
{
    struct twice_plan plan = {.probe = with_ports(probe, port), .environment = with_ports(environment, port)};
    if (twice_look(seen, &plan, 1) != 0)
        fail_msg("%s did not start", plan.probe);
    assert_string_equal(seen->errors, "");
}

/* The child is another program, under the same settings. */
static const char *const policies[] = {
    "TCPALIVE_IDLE=31s",
    "TCPALIVE_RULES=connect *:@ off",
    "TCPALIVE_RULES=accept *:@ off",
    "TCPALIVE_RULES=connect *:@ " VALUES,
    "TCPALIVE_RULES=connect *:@ " VALUES "; accept * idle=999s",
    "TCPALIVE_RULES=connect *:@ off; accept *:@ idle=999s",
    "TCPALIVE_RULES=any 127.0.0.0/8 off",
    "TCPALIVE_RULES=any 127.0.0.0/8 off\nTCPALIVE_MODE=respect",
    "TCPALIVE_MODE=respect",
    "TCPALIVE_MODE=respect\nTCPALIVE_IDLE=system\nTCPALIVE_INTERVAL=system\nTCPALIVE_PROBES=system",
    "TCPALIVE_MODE=respect\nTCPALIVE_RULES=connect *:@ " VALUES,
    "TCPALIVE_MODE=tighten\nTCPALIVE_RULES=connect *:@ " VALUES "; accept *:@ off",
    "TCPALIVE_PROGRAMS=!probe",
    "TCPALIVE_PROGRAMS=true\nTCPALIVE_RULES=any * idle=5s",
    "TCPALIVE_PROGRAMS=probe\nTCPALIVE_RULES=connect * off",
};
enum { POLICIES = sizeof policies / sizeof *policies };

static void expect_same(const struct twice_look *one, const struct twice_look *other)
{
    assert_int_equal(one->count, 3);
    assert_int_equal(other->count, 3);
    for (size_t i = 0; i < one->count; i++) {
        const struct oracle_socket *socket = &one->seen[i].socket;
        const struct twice_values values = {socket->keepalive, socket->idle, socket->interval, socket->probes,
                                            socket->user_timeout};
        twice_expect(&other->seen[i].socket, &values);
    }
}

static void a_child_changes_nothing(void **state)
{
    struct twice_look alone, with_child;
    const int port[2] = {twice_free_port(), 0};
    if (scene_target()->root[0] || scene_target()->launcher[0])
        skip(); /* the child is this machine's own true(1); the library is the same */
    look(&alone, "starts @ none none", *state, port);
    look(&with_child, "starts @ none child", *state, port);
    expect_same(&alone, &with_child);
    twice_look_free(&alone);
    twice_look_free(&with_child);
}

static void nor_where_the_program_said_off(void **state)
{
    struct twice_look alone, with_child;
    const int port[2] = {twice_free_port(), 0};
    if (scene_target()->root[0] || scene_target()->launcher[0])
        skip(); /* as above */
    look(&alone, "starts @ off none", *state, port);
    look(&with_child, "starts @ off child", *state, port);
    expect_same(&alone, &with_child);
    twice_look_free(&alone);
    twice_look_free(&with_child);
}

struct second_case {
    const char *name, *environment;
    struct twice_values first, second;
};

#define LEFT_TO_THE_SYSTEM "TCPALIVE_IDLE=system\nTCPALIVE_INTERVAL=system\nTCPALIVE_PROBES=system\n"
#define TWO_RULES          "TCPALIVE_RULES=connect *:@ user-timeout=30s; connect *:# off"
#define UNTIMED                                                                                                        \
    {                                                                                                                  \
        1, TWICE_SYSTEM, TWICE_SYSTEM, TWICE_SYSTEM, 30000                                                             \
    }
#define ITS_OWN                                                                                                        \
    {                                                                                                                  \
        1, 15, 5, TWICE_SYSTEM, 20000                                                                                  \
    }

static const struct second_case seconds[] = {
    {"no times", LEFT_TO_THE_SYSTEM TWO_RULES, UNTIMED, ITS_OWN},
    {"no times, respect", LEFT_TO_THE_SYSTEM TWO_RULES "\nTCPALIVE_MODE=respect", UNTIMED, ITS_OWN},
    {"the same times",
     "TCPALIVE_IDLE=15s\nTCPALIVE_INTERVAL=5s\nTCPALIVE_PROBES=system\n" TWO_RULES,
     {1, 15, 5, TWICE_SYSTEM, 30000},
     ITS_OWN},
    {"the same, respect",
     "TCPALIVE_IDLE=15s\nTCPALIVE_INTERVAL=5s\nTCPALIVE_PROBES=system\nTCPALIVE_MODE=respect\n"
     "TCPALIVE_RULES=connect *:@ user-timeout=20s; connect *:# off",
     {1, 15, 5, TWICE_SYSTEM, 20000},
     ITS_OWN},
};
enum { SECONDS = sizeof seconds / sizeof *seconds };

static void a_second_socket_keeps_its_own(void **state)
{
    const struct second_case *one = *state;
    struct twice_look seen;
    const int port[2] = {twice_free_port(), twice_free_port()};
    look(&seen, "second @ #", one->environment, port);
    twice_expect_all(&seen, "first", &one->first);
    twice_expect_all(&seen, "second", &one->second);
    twice_look_free(&seen);
}

struct said_case {
    const char *probe, *environment;
    struct twice_values client;
};

#define RULE      "TCPALIVE_RULES=any * idle=30s interval=7s probes=4"
#define LONG_RULE "TCPALIVE_RULES=any * idle=3h interval=7s probes=4"

/* 7200 s is what the system says as well, where nobody has changed that. */
static const struct said_case saids[] = {
    {"says 7200 on", RULE "\nTCPALIVE_MODE=respect", {1, 7200, 7, 4, 0}},
    {"says 7200 on",
     "TCPALIVE_IDLE=30s\nTCPALIVE_INTERVAL=7s\nTCPALIVE_PROBES=4\nTCPALIVE_MODE=respect",
     {1, 7200, 7, 4, 0}},
    {"says 7200 on", RULE "\nTCPALIVE_MODE=tighten", {1, 30, 7, 4, 0}},
    {"says 7200 on", LONG_RULE "\nTCPALIVE_MODE=tighten", {1, 7200, 7, 4, 0}},
    {"says 7200 on", LONG_RULE, {1, 10800, 7, 4, 0}},
    {"says 7200 off", RULE "\nTCPALIVE_MODE=respect", {0, 7200, 7, 4, 0}},
    {"says 7200 off", RULE "\nTCPALIVE_MODE=tighten", {1, 30, 7, 4, 0}},
    {"says 7200 off", RULE, {1, 30, 7, 4, 0}},
};
enum { SAIDS = sizeof saids / sizeof *saids };

static void what_the_program_said_counts(void **state)
{
    const struct said_case *one = *state;
    struct twice_look seen;
    look(&seen, one->probe, one->environment, (const int[2]){0, 0});
    twice_expect_all(&seen, "client", &one->client);
    twice_look_free(&seen);
}

static void the_other_name_of_connect(void **state)
{
    struct twice_look seen;
    (void)state;
    look(&seen, "alias", "TCPALIVE_RULES=connect *:1-65535 " VALUES, (const int[2]){0, 0});
    twice_expect_all(&seen, "client", &twice_asked);
    twice_look_free(&seen);
}

static char *named(const char *what, const char *detail)
{
    char *name = NULL;
    assert_true(asprintf(&name, "%s: %s", what, detail) > 0);
    for (char *c = name; *c; c++)
        *c = *c == '\n' ? ' ' : *c;
    return name;
}

int main(void)
{
    static struct CMUnitTest tests[2 * POLICIES + SECONDS + SAIDS + 1] = {
        cmocka_unit_test_teardown(the_other_name_of_connect, child_stop_all)};
    size_t count = 1;
    for (size_t i = 0; i < POLICIES; i++) {
        void *policy = (void *)policies[i];
        tests[count++] =
            (struct CMUnitTest){named("child", policies[i]), a_child_changes_nothing, NULL, child_stop_all, policy};
        tests[count++] = (struct CMUnitTest){named("child, said off", policies[i]), nor_where_the_program_said_off,
                                             NULL, child_stop_all, policy};
    }
    for (size_t i = 0; i < SECONDS; i++)
        tests[count++] = (struct CMUnitTest){named("second", seconds[i].name), a_second_socket_keeps_its_own, NULL,
                                             child_stop_all, (void *)&seconds[i]};
    for (size_t i = 0; i < SAIDS; i++)
        tests[count++] = (struct CMUnitTest){named(saids[i].probe, saids[i].environment), what_the_program_said_counts,
                                             NULL, child_stop_all, (void *)&saids[i]};
    return _cmocka_run_group_tests("stands", tests, count, NULL, NULL);
}
