/*
 * Every way in which a program makes a TCP connection itself, with and without the library. Each case runs
 * under the plain settings, where socket() is the moment to act, and again under a rule, where it is connect,
 * listen, accept or the sending call.
 */
#include "harness/cmocka_all.h"
#include "harness/twice.h"
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct open_case {
    const char *probe;
    int with_rule; /* the program goes on to connect or listen, so a rule gets to decide */
};

static const struct open_case cases[] = {
    {"socket inet stream 0", 0},
    {"socket inet stream 6", 0},
    {"socket inet stream 262", 0},
    {"socket inet6 stream 0", 0},
    {"socket inet6 stream 6", 0},
    {"socket inet6 stream 262", 0},
    {"socket inet stream+cloexec 0", 0},
    {"socket inet stream+nonblock 6", 0},
    {"socket inet6 stream+cloexec+nonblock 262", 0},
    {"zero", 1},
    {"connect inet plain", 1},
    {"connect inet6 plain", 1},
    {"connect mapped plain", 1},
    {"connect inet nonblocking", 1},
    {"connect inet6 nonblocking", 1},
    {"connect inet refused", 1},
    {"connect inet6 refused", 1},
    {"connect inet unspec", 1},
    {"connect inet6 unspec", 1},
    {"connect inet twice", 1},
    {"connect mapped twice", 1},
    {"fastopen inet sendto", 1},
    {"fastopen inet6 sendto", 1},
    {"fastopen inet sendmsg", 1},
    {"fastopen mapped sendmsg", 1},
    {"fastopen inet sendmmsg", 1},
    {"fastopen inet6 sendmmsg", 1},
    {"serve inet accept 2", 1},
    {"serve inet accept4 2", 1},
    {"serve inet6 accept 2", 1},
    {"serve inet6 accept4 2", 1},
    {"serve mapped accept4 2", 1},
    {"ring accept", 1},
    {"ring connect", 0},
};
enum { CASES = sizeof cases / sizeof *cases };

static void opened(const char *probe, const char *environment)
{
    struct twice twice;
    struct twice_plan plan = {.probe = probe, .environment = environment};
    if (twice_run(&twice, &plan) != 0) {
        print_message("not possible here: %s\n", twice.bare.transcript);
        skip();
    }
    twice_expect_all(&twice.bare, NULL, &twice_untouched);
    twice_expect_all(&twice.with, NULL, &twice_asked);
    twice_free(&twice);
}

static void by_settings(void **state)
{
    opened(((const struct open_case *)*state)->probe, TWICE_SETTINGS);
}

static void by_rule(void **state)
{
    opened(((const struct open_case *)*state)->probe, TWICE_RULE);
}

/* What is not TCP is left exactly as it was, refusals of the kernel included. */
static void other_sockets_are_left_alone(void **state)
{
    struct twice twice;
    struct twice_plan plan = {.probe = "others", .environment = *state};
    assert_int_equal(twice_run(&twice, &plan), 0);
    assert_true(twice.bare.count > 5);
    for (size_t i = 0; i < twice.bare.count; i++)
        assert_int_equal(twice.with.seen[i].socket.keepalive, twice.bare.seen[i].socket.keepalive);
    twice_free(&twice);
}

static char *named(const char *probe, const char *way)
{
    char *name = NULL;
    assert_true(asprintf(&name, "%s, %s", probe, way) > 0);
    return name;
}

int main(void)
{
    static struct CMUnitTest tests[2 * CASES + 3];
    size_t count = 0;
    for (size_t i = 0; i < CASES; i++) {
        void *one = (void *)&cases[i];
        tests[count++] = (struct CMUnitTest){named(cases[i].probe, "plain"), by_settings, NULL, child_stop_all, one};
        if (cases[i].with_rule)
            tests[count++] = (struct CMUnitTest){named(cases[i].probe, "by rule"), by_rule, NULL, child_stop_all, one};
    }
    tests[count++] = (struct CMUnitTest){named("others", "plain"), other_sockets_are_left_alone, NULL, child_stop_all,
                                         TWICE_SETTINGS};
    tests[count++] =
        (struct CMUnitTest){named("others", "by rule"), other_sockets_are_left_alone, NULL, child_stop_all, TWICE_RULE};
    return _cmocka_run_group_tests("open", tests, count, NULL, NULL);
}
