/*
 * Programs with threads and children: calls that are cancelled or interrupted while they block, forks between threads,
 * and every way to make a child. With and without the library, by settings and by rule.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the thread sees must be the same; `said` is what a thread that works as it should says. */
static void blocked_call(const char *probe, const char *environment, const char *said)
{
    struct twice twice;
    assert_int_equal(twice_run(&twice, &(struct twice_plan){.probe = probe, .environment = environment}), 0);
    if (!strstr(twice.with.transcript, said))
        fail_msg("it said: %s", twice.with.transcript);
    twice_expect_all(&twice.bare, NULL, &twice_untouched);
    twice_expect_all(&twice.with, NULL, &twice_asked);
    twice_free(&twice);
}

static void cancelled_in_accept_or_connect(void **state)
{
    blocked_call("cancel accept", *state, "cleanup ran\ncancelled\n");
    blocked_call("cancel connect", *state, "cleanup ran\ncancelled\n");
}

static void interrupted_in_accept_or_connect(void **state)
{
    blocked_call("interrupt accept", *state, "accept -1 Interrupted system call\n");
    blocked_call("interrupt connect", *state, "connect -1 Interrupted system call\n");
}

struct tree {
    const char *probe, *said;
    size_t sockets;
};

static void all_sockets(const struct tree *tree, const char *environment)
{
    struct twice_plan plan = {.probe = tree->probe, .environment = environment};
    twice_expect_tree(&plan, 0, tree->sockets, tree->said, &twice_untouched);
    twice_expect_tree(&plan, 1, tree->sockets, tree->said, &twice_asked);
}

static void threads_that_connect_at_once(void **state)
{
    all_sockets(&(struct tree){"threads 256", "failed 0\n", 1 + 2 * 256}, *state);
}

static void threads_that_fork(void **state)
{
    all_sockets(&(struct tree){"fork-in-threads 24", "failed 0\n", 1 + 2 * 24}, *state);
}

static void children_of_every_kind(void **state)
{
    static const char *const probes[] = {"child fork", "child vfork", "child spawn", "child clone"};
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
        all_sockets(&(struct tree){probes[i], NULL, 3}, *state);
}

/* What one of them asked for must not come back as what the option was before the other one's call. */
static void threads_that_set_the_same_option(void **state)
{
    struct twice_look look;
    struct twice_plan plan = {.probe = "set-in-threads 100000", .environment = *state};
    assert_int_equal(twice_look(&look, &plan, 0), 0);
    assert_true(look.seen[1].socket.idle == 15 || look.seen[1].socket.idle == 7000);
    twice_look_free(&look);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(twice_look(&look, &plan, 1), 0);
        twice_expect_all(&look, NULL, &twice_asked);
        twice_look_free(&look);
    }
}

static const char *a_thousand_rules(void)
{
    static char environment[60000];
    size_t used = (size_t)snprintf(environment, sizeof environment, "TCPALIVE_RULES=");
    for (int i = 0; i < 999; i++)
        used += (size_t)snprintf(environment + used, sizeof environment - used, "any 10.%d.%d.0/24:%d off;", i / 250,
                                 i % 250, 1 + i);
    snprintf(environment + used, sizeof environment - used, "any *" TWICE_VALUES);
    return environment;
}

/*
 * Rules are read at the first socket, from the text with which the process began: whoever comes meanwhile is
 * under them too.
 */
static void first_sockets_at_once_under_a_thousand_rules(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        all_sockets(&(struct tree){"first-in-threads 16", "failed 0\n", 3 * 16}, a_thousand_rules());
}

/* In the midst of that reading: handlers of signals, on a stack of their own, and children of fork(2). */
static void first_sockets_among_signals_and_forks(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        struct child *child = twice_probe("first-among-signals", a_thousand_rules(), scene_target()->library, NULL);
        if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0 || !strstr(child_output(child), "unlike 0\n"))
            fail_msg("it said: %s%s", child_output(child), child_errors(child));
        child_stop(child);
    }
    struct child *bare = twice_probe("first-among-signals", NULL, NULL, NULL);
    assert_int_equal(child_line_with(bare, "ready", CHILD_DEADLINE_MS), 0);
    assert_null(strstr(child_output(bare), "unlike 0\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWICE_CASES(cancelled_in_accept_or_connect, NULL, child_stop_all, ),
        TWICE_CASES(interrupted_in_accept_or_connect, NULL, child_stop_all, ),
        TWICE_CASES(threads_that_connect_at_once, NULL, child_stop_all, ),
        TWICE_CASES(threads_that_fork, NULL, child_stop_all, ),
        TWICE_CASES(children_of_every_kind, NULL, child_stop_all, ),
        cmocka_unit_test_teardown(first_sockets_at_once_under_a_thousand_rules, child_stop_all),
        cmocka_unit_test_teardown(first_sockets_among_signals_and_forks, child_stop_all),
        TWICE_CASES(threads_that_set_the_same_option, NULL, child_stop_all, ),
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return cmocka_run_group_tests_name("host threads", tests, NULL, NULL);
}
