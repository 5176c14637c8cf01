/* A supervisor that is killed or does not move: the program's calls go on, under the policy. */
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/script.h"
#include "supervise.h"
#include "tests/preload/remote/slow_file.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct child *begin(const char *how, const char *argument)
{
    const char *words[SUPERVISE_WORDS] = {0};
    size_t count = supervise_add(words, 0, supervise_words());
    words[count] = place_file("tests/direct/strain");
    return supervise_begin(&(struct supervise_start){.launcher = words, .program = how, .argument = argument});
}

static void expect_reached(struct child *child)
{
    child_say(child, "\n");
    const char *line = child_line(child, CHILD_DEADLINE_MS);
    assert_string_equal(line ? line : "nothing", "idle 41");
}

static void ends(struct child *child)
{
    child_close_stdin(child);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_errors(child), "idle 41\n");
    supervise_expect_gone();
}

static void each_may_be_killed(void **state)
{
    pid_t server = 0, guardian = 0;
    struct child *child = begin("asked", NULL);
    (void)state;
    expect_reached(child);
    for (int i = 0; i < 3; i++) {
        server = supervise_another(SUPERVISE_SERVER, server);
        guardian = supervise_another(SUPERVISE_GUARDIAN, guardian);
        kill(server, SIGKILL);
        expect_reached(child);
        guardian = supervise_another(SUPERVISE_GUARDIAN, guardian);
        kill(guardian, SIGKILL);
        expect_reached(child);
    }
    ends(child);
}

/* In one instant: neither can do anything about it. */
static void both_may_be_killed(void **state)
{
    struct child *child = begin("asked", NULL);
    (void)state;
    expect_reached(child);
    for (int i = 0; i < 3; i++) {
        pid_t guardian = supervise_another(SUPERVISE_GUARDIAN, 0), server = supervise_another(SUPERVISE_SERVER, 0);
        kill(guardian, SIGSTOP);
        kill(server, SIGKILL);
        kill(guardian, SIGKILL);
        expect_reached(child);
    }
    supervise_another(SUPERVISE_SERVER, 0);
    supervise_another(SUPERVISE_GUARDIAN, 0);
    kill(supervise_another(SUPERVISE_STANDBY, 0), SIGKILL);
    kill(supervise_another(SUPERVISE_SERVER, 0), SIGKILL);
    expect_reached(child);
    ends(child);
}

/* Sooner or later in the middle of a call; every third time both. */
static void killed_while_it_serves(void **state)
{
    struct child *child = begin("steady", "20000");
    int killed = 0;
    (void)state;
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    for (pid_t server = 0; killed < 40 && child_wait(child, 1) < 0;) {
        pid_t found = supervise_process(SUPERVISE_SERVER), guardian = supervise_process(SUPERVISE_GUARDIAN);
        if (!found || found == server || !guardian)
            continue;
        usleep((useconds_t)(killed++ * 37 % 500));
        if (killed % 3 == 0)
            kill(guardian, SIGKILL);
        kill(server = found, SIGKILL);
    }
    assert_true(killed > 3);
    assert_int_equal(child_line_with(child, "20000 of 20000", 4 * CHILD_DEADLINE_MS), 0);
    ends(child);
}

static void stopped_for_good(void **state)
{
    struct child *child = begin("asked", NULL);
    (void)state;
    expect_reached(child);
    supervise_another(SUPERVISE_GUARDIAN, 0);
    kill(supervise_another(SUPERVISE_SERVER, 0), SIGSTOP);
    expect_reached(child);
    ends(child);
}

/* One line waits for it, and holds up its call until the guardian ends that; then lines are left out. */
static void a_log_that_does_not_answer(void **state)
{
    const char *words[] = {place_file("tcpalive"),
                           "run",
                           POLICY_SETTINGS,
                           "--method",
                           "supervise",
                           "--log",
                           "info",
                           "--log-file",
                           place_path("slow"),
                           "--",
                           place_file("tests/direct/strain"),
                           NULL};
    int changes = 0, file = getuid() == 0 ? slow_file_open() : -1;
    (void)state;
    if (file < 0) {
        print_message("not here: no FUSE file system can be mounted\n");
        skip();
    }
    close(file);
    struct child *child = supervise_begin(&(struct supervise_start){.launcher = words, .program = "asked"});
    expect_reached(child);
    assert_true(slow_file_closes() > 0);
    pid_t waits = supervise_another(SUPERVISE_SERVER, 0); /* the kernel keeps it until the file system answers */
    slow_file_answers(0);
    expect_reached(child);
    pid_t server = supervise_another(SUPERVISE_SERVER, waits);
    for (int i = 0; i < 8; i++) {
        expect_reached(child);
        pid_t now = supervise_another(SUPERVISE_SERVER, waits);
        changes += now != server;
        server = now;
    }
    assert_in_range(changes, 0, 3); /* not with each call; a busy machine may look like that to the guardian, too */
    slow_file_answers(1);
    ends(child);
}

static int with_slow_file(void **state)
{
    slow_file_answers(1);
    child_stop_all(state);
    slow_file_end();
    return 0;
}

/*
 * As a full table of descriptors, a debugger, a frozen control group would have it: tests/preload/supervise/faults.sh.
 */
static void calls_of_its_own_fail(void **state)
{
    const char *argv[] = {"tests/preload/supervise/faults.sh", place_file("tcpalive"),
                          place_file("tests/direct/strain"), NULL};
    (void)state;
    script_holds(argv, 8 * CHILD_DEADLINE_MS);
}

/*
 * Limits that an ordinary user cannot lift end one after the other. Half a minute: only where
 * TCPALIVE_TEST_SOAK is set.
 */
static void limits_of_time(void **state)
{
    char script[1024];
    (void)state;
    snprintf(script, sizeof script,
             "ulimit -t 1; exec %s run --idle 41 --method supervise -- sh -c 'for i in 1 2 3 4 5 6 7 8; do %s steady "
             "20000; done'",
             place_file("tcpalive"), place_file("tests/direct/strain"));
    const char *argv[] = {"sh", "-c", script, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv, .uid = getuid() == 0 ? PLACE_NOBODY : 0});
    for (int i = 0; i < 8; i++)
        assert_int_equal(child_line_with(child, "20000 of 20000", 4 * CHILD_DEADLINE_MS), 0);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUPERVISE_TEST(each_may_be_killed),     SUPERVISE_TEST(both_may_be_killed),
        SUPERVISE_TEST(killed_while_it_serves), SUPERVISE_TEST(stopped_for_good),
        SUPERVISE_TEST(calls_of_its_own_fail),  cmocka_unit_test_teardown(a_log_that_does_not_answer, with_slow_file),
        SUPERVISE_TEST(limits_of_time),
    };
    size_t count = sizeof tests / sizeof *tests - !getenv("TCPALIVE_TEST_SOAK"); /* the last one is long */
    return _cmocka_run_group_tests("guardian", tests, count, NULL, place_remove);
}
