/*
 * Rules: which connection gets which values, by direction, peer and port of the service. With and without the library.
 */
#include "harness/cmocka_all.h"
#include "harness/twice.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLAIN                                                                                                          \
    {                                                                                                                  \
        1, 60, 10, 6, 0                                                                                                \
    }
#define RULED                                                                                                          \
    {                                                                                                                  \
        1, 31, 7, 4, 45000                                                                                             \
    }
#define UNTOUCHED                                                                                                      \
    {                                                                                                                  \
        0, TWICE_SYSTEM, TWICE_SYSTEM, TWICE_SYSTEM, 0                                                                 \
    }
#define VALUES "idle=31s interval=7s probes=4 user-timeout=45s"

/* In probe and rules, @ stands for the port. */
struct rule_case {
    const char *rules, *probe;
    struct twice_values client, accepted;
};

static const struct rule_case cases[] = {
    {"connect *:@ " VALUES, "serve inet:@ accept 1", RULED, PLAIN},
    {"connect *:@ " VALUES, "serve inet6:@ accept4 1", RULED, PLAIN},
    {"connect *:@ " VALUES, "serve mapped:@ accept 1", RULED, PLAIN},
    {"connect *:@ off", "serve inet:@ accept 1", UNTOUCHED, PLAIN},
    {"connect *:1 " VALUES, "serve inet:@ accept 1", PLAIN, PLAIN},
    {"connect 127.0.0.1 " VALUES, "serve inet:@ accept 1", RULED, PLAIN},
    {"connect 127.0.0.0/8 " VALUES, "serve mapped:@ accept 1", RULED, PLAIN},
    {"connect 127.0.0.0/8 " VALUES, "serve inet6:@ accept 1", PLAIN, PLAIN},
    {"connect [::1] " VALUES, "serve inet6:@ accept 1", RULED, PLAIN},
    {"connect [::1] " VALUES, "serve inet:@ accept 1", PLAIN, PLAIN},
    {"connect [::1]:@ " VALUES, "serve inet6:@ accept 1", RULED, PLAIN},
    {"accept *:@ " VALUES, "serve inet:@ accept 1", PLAIN, RULED},
    {"accept *:@ " VALUES, "serve inet6:@ accept4 1", PLAIN, RULED},
    {"accept *:@ off", "serve inet:@ accept 1", PLAIN, UNTOUCHED},
    {"accept *:@ off", "serve inet:@ accept4 1", PLAIN, UNTOUCHED},
    {"accept *:1 off", "serve inet:@ accept 1", PLAIN, PLAIN},
    {"accept 127.0.0.0/8 " VALUES, "serve inet:@ accept 1", PLAIN, RULED},
    {"accept 127.0.0.0/8 " VALUES, "serve mapped:@ accept4 1", PLAIN, RULED},
    {"accept 10.0.0.0/8 " VALUES, "serve inet:@ accept 1", PLAIN, PLAIN},
    {"accept [::1] off", "serve inet6:@ accept4 1", PLAIN, UNTOUCHED},
    {"any *:@ off", "serve inet:@ accept 1", UNTOUCHED, UNTOUCHED},
    {"any * off", "serve inet6:@ accept4 1", UNTOUCHED, UNTOUCHED},
    {"any *:1-65535 " VALUES, "serve inet:@ accept 1", RULED, RULED},
    {"connect *:@ idle=31s", "serve inet:@ accept 1", {1, 31, 10, 6, 0}, PLAIN},
    {"connect *:@ survive=350s", "serve inet:@ accept 1", {1, 175, 35, 5, 0}, PLAIN},
    {"connect *:@ " VALUES "; any * off", "serve inet:@ accept 1", RULED, UNTOUCHED},
    {"any * off; connect *:@ " VALUES, "serve inet:@ accept 1", UNTOUCHED, UNTOUCHED},
    {"connect *:@ off; connect * " VALUES, "serve inet:@ accept 1", UNTOUCHED, PLAIN},
    {"nonsense; connect *:@ " VALUES, "serve inet:@ accept 1", RULED, PLAIN},
    {"connect *:@ " VALUES "; connect * idle=99s", "connect inet:@ refused", RULED, UNTOUCHED},
    {"connect *:@ " VALUES "; connect * idle=99s", "connect inet6:@ refused", RULED, UNTOUCHED},
    {"connect *:@ off", "connect inet:@ refused", UNTOUCHED, UNTOUCHED},
    {"connect *:@ off; connect * " VALUES, "connect mapped:@ refused", UNTOUCHED, UNTOUCHED},
    {"connect *:@ idle=20s; connect * " VALUES, "connect inet6:@ refused", {1, 20, 10, 6, 0}, UNTOUCHED},
    {"connect *:@ idle=system; connect * " VALUES, "connect inet:@ refused", {1, TWICE_SYSTEM, 10, 6, 0}, UNTOUCHED},
    {"connect *:@ off", "connect inet:@ unspec", UNTOUCHED, UNTOUCHED},
    {"connect *:@ " VALUES, "connect inet:@ nonblocking", RULED, UNTOUCHED},
    {"connect *:@ " VALUES, "connect inet:@ unspec", RULED, UNTOUCHED},
    {"connect *:@ " VALUES, "connect mapped:@ twice", RULED, UNTOUCHED},
    {"connect *:@ " VALUES, "fastopen inet:@ sendto", RULED, PLAIN},
    {"connect *:@ " VALUES, "fastopen inet6:@ sendmsg", RULED, PLAIN},
    {"connect *:@ " VALUES, "fastopen inet:@ sendmmsg", RULED, PLAIN},
    {"connect *:@ off", "fastopen inet:@ sendto", UNTOUCHED, PLAIN},
};
enum { CASES = sizeof cases / sizeof *cases };

/* Text with every @ replaced by the port. */
static void with_port(char *room, size_t size, const char *text, int port)
{
    size_t used = 0;
    for (; *text; text++) {
        int more = *text == '@' ? snprintf(room + used, size - used, "%d", port)
                                : snprintf(room + used, size - used, "%c", *text);
        used += (size_t)more;
        assert_true(used < size);
    }
}

static void run(struct twice *twice, const char *rules, const char *probe)
{
    static char environment[65536], rules_here[65000], probe_here[256];
    int port = twice_free_port();
    with_port(rules_here, sizeof rules_here, rules, port);
    with_port(probe_here, sizeof probe_here, probe, port);
    /* A wrong rule is told of on stderr, which is another test's matter. */
    snprintf(environment, sizeof environment, "TCPALIVE_LOG=off\nTCPALIVE_RULES=%s", rules_here);
    struct twice_plan plan = {.probe = probe_here, .environment = environment};
    assert_int_equal(twice_run(twice, &plan), 0);
    twice_expect_all(&twice->bare, NULL, &twice_untouched);
}

static int shows(const struct twice_look *look, const char *name)
{
    for (size_t i = 0; i < look->count; i++)
        if (strcmp(look->seen[i].name, name) == 0)
            return 1;
    return 0;
}

static void rule_decides(void **state)
{
    const struct rule_case *one = *state;
    struct twice twice;
    run(&twice, one->rules, one->probe);
    twice_expect_all(&twice.with, "client", &one->client);
    if (shows(&twice.with, "accepted"))
        twice_expect_all(&twice.with, "accepted", &one->accepted);
    twice_free(&twice);
}

/* One listener on every address serves a peer that a rule leaves alone and one that it covers. */
static void one_listener_serves_both_kinds(void **state)
{
    static const struct twice_values ruled = RULED, plain = PLAIN;
    struct twice twice;
    (void)state;
    run(&twice, "accept 127.0.0.1 off; accept 127.0.0.0/8 " VALUES, "wildcard inet:@");
    twice_expect_all(&twice.with, "first", &twice_untouched);
    twice_expect_all(&twice.with, "second", &ruled);
    twice_free(&twice);
    run(&twice, "accept 127.0.0.1 " VALUES, "wildcard inet:@");
    twice_expect_all(&twice.with, "first", &ruled);
    twice_expect_all(&twice.with, "second", &plain);
    twice_free(&twice);
}

static void a_thousand_rules_are_accepted(void **state)
{
    static const struct twice_values ruled = RULED, plain = PLAIN;
    static char rules[60000];
    struct twice twice;
    size_t used = 0;
    (void)state;
    for (int i = 0; i < 999; i++)
        used += (size_t)snprintf(rules + used, sizeof rules - used, "connect 10.%d.%d.0/24:%d off;", i / 250, i % 250,
                                 1 + i);
    snprintf(rules + used, sizeof rules - used, "connect *:@ " VALUES);
    run(&twice, rules, "serve inet:@ accept 1");
    twice_expect_all(&twice.with, "client", &ruled);
    twice_expect_all(&twice.with, "accepted", &plain);
    twice_free(&twice);
}

static char *named(const struct rule_case *one)
{
    char *name = NULL;
    assert_true(asprintf(&name, "%s: %s", one->rules, one->probe) > 0);
    return name;
}

int main(void)
{
    static struct CMUnitTest tests[CASES + 2] = {
        cmocka_unit_test_teardown(one_listener_serves_both_kinds, child_stop_all),
        cmocka_unit_test_teardown(a_thousand_rules_are_accepted, child_stop_all),
    };
    for (size_t i = 0; i < CASES; i++)
        tests[2 + i] = (struct CMUnitTest){named(&cases[i]), rule_decides, NULL, child_stop_all, (void *)&cases[i]};
    return _cmocka_run_group_tests("rules", tests, sizeof tests / sizeof *tests, NULL, NULL);
}
