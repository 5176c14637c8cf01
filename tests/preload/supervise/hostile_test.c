/* A program that means ill: it can neither mislead its supervisor to anybody else's sockets, nor stall nor end it. */
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/script.h"
#include "supervise.h"
#include <dirent.h>
#include <stdio.h>
#include <string.h>

enum { DESCRIPTORS_MORE = 4, SCRIPT_DEADLINE_MS = 120000 };

static const char *const titles[] = {SUPERVISE_SERVER, SUPERVISE_GUARDIAN, SUPERVISE_STANDBY};
enum { TITLES = sizeof titles / sizeof *titles };

static int descriptors_of(pid_t pid)
{
    char path[64];
    int count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* Beside it others connect, in its tree and outside of it. */
static void play(const char *setting, const char *value)
{
    char script[1024];
    pid_t before[TITLES];
    int descriptors[TITLES];
    const char *words[] = {place_file("tcpalive"), "run", "--method", "supervise", setting, value, "sh", "-c", NULL};
    struct child *outside = supervise_begin(&(struct supervise_start){.program = place_file("tests/direct/static")});
    assert_int_equal(child_line_with(outside, "ready", CHILD_DEADLINE_MS), 0);
    snprintf(script, sizeof script, "echo ready; read go; %s all 1000 & %s steady 2000; wait; echo all over; read go",
             place_file("tests/direct/hostile"), place_file("tests/direct/strain"));
    struct child *child = supervise_begin(&(struct supervise_start){.launcher = words, .program = script});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    for (int i = 0; i < TITLES; i++) {
        before[i] = supervise_another(titles[i], 0);
        descriptors[i] = descriptors_of(before[i]);
    }
    child_say(child, "\n");
    assert_int_equal(child_line_with(child, "all over", 4 * CHILD_DEADLINE_MS), 0);
    assert_non_null(strstr(child_output(child), "2000 of 2000"));
    for (int i = 0; i < TITLES; i++) {
        assert_int_equal(supervise_process(titles[i]), before[i]);
        assert_true(descriptors_of(before[i]) <= descriptors[i] + DESCRIPTORS_MORE); /* a look may fall within a call */
    }
    struct oracle_socket seen[POLICY_ROOM];
    ssize_t count = oracle_process(child_pid(outside), seen, POLICY_ROOM);
    assert_true(count >= 3);
    for (ssize_t i = 0; i < count; i++)
        assert_false(seen[i].keepalive);
    child_say(child, "\n");
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    supervise_expect_gone();
}

static void it_misleads_stalls_and_ends_nobody(void **state)
{
    (void)state;
    play("--idle", "9");
    play("--rules", "connect 127.0.0.1 idle=9; accept 10.0.0.0/8 idle=5; any * idle=7");
}

static void numbers_of_processes_that_are_gone(void **state)
{
    const char *argv[] = {"tests/preload/supervise/reuse.sh", place_file("tcpalive"),
                          place_file("tests/direct/hostile"), NULL};
    (void)state;
    script_holds(argv, SCRIPT_DEADLINE_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUPERVISE_TEST(it_misleads_stalls_and_ends_nobody),
        SUPERVISE_TEST(numbers_of_processes_that_are_gone),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
