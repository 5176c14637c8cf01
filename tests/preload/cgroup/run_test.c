/* `tcpalive run --method cgroup`: programs of every kind in a group of their own, which is gone when they are. */
#include "cgroup.h"
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/place.h"
#include "harness/scene.h"
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RUN place_file("tcpalive"), "run", "--method", "cgroup", POLICY_SETTINGS

/* No group below the test's own: also an end that lets the loop of scene_until() stop. */
static int nothing_is_left(void *unused)
{
    DIR *directory = opendir(cgroup_path);
    int left = 0;
    (void)unused;
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        left += entry->d_type == DT_DIR && entry->d_name[0] != '.';
    if (directory)
        closedir(directory);
    return left == 0;
}

static int expect_nothing_left(void **state)
{
    int result = child_stop_all(state);
    if (*cgroup_path && scene_until(nothing_is_left, NULL, CHILD_DEADLINE_MS) != 0)
        result = 1;
    return result;
}

static void need(void)
{
    cgroup_need();
    place_file("libtcpalive.so"); /* beside the command */
}

static void every_kind_of_program(void **state)
{
    static const char *const files[] = {"tests/direct/dynamic", "tests/direct/static", "tests/direct/go-static",
                                        "tests/direct/go-cgo", "tests/direct/pascal"};
    (void)state;
    need();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *program = place_file(files[i]);
        if (!program)
            continue;
        struct child *child = cgroup_start_ready(WORDS_OF(RUN, "--", program));
        assert_false(nothing_is_left(NULL));
        cgroup_expect(child, true);
        child_signal(child, i % 2 ? SIGKILL : SIGTERM);
        assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 128 + (i % 2 ? SIGKILL : SIGTERM));
        assert_int_equal(scene_until(nothing_is_left, NULL, CHILD_DEADLINE_MS), 0);
    }
}

/* With a cleaned environment, a ring, and of the other kind: the group is left to none of them. */
static void what_it_starts(void **state)
{
    (void)state;
    need();
    const char *program = place_file("tests/direct/static"), *probe = place_file("tests/probe");
    cgroup_expect(cgroup_start_ready(WORDS_OF(RUN, "env", "-i", program)), true);
    cgroup_expect(cgroup_start_ready(WORDS_OF(RUN, "sh", "-c", "\"$@\"; true", "-", program)), true);
    cgroup_expect_ring(WORDS_OF(RUN, probe, "ring", "client"), true);
}

/* What comes from elsewhere belongs to no group of the program's: the library looks after it. */
static void an_inherited_listener(void **state)
{
    (void)state;
    need();
    int listener = loopback_listener();
    const char *argv[] = {RUN, "sh", "-c", "echo ready; read end", NULL};
    const struct child_descriptor given[] = {{listener, 5}, {-1, -1}};
    struct child *child = child_start(&(struct child_plan){.argv = argv, .descriptors = given});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    cgroup_expect(child, true);
    close(listener);
    child_stop(child);
}

static void the_program_is_the_same_process(void **state)
{
    char number[16];
    (void)state;
    need();
    struct child *child = cgroup_start(WORDS_OF(RUN, "sh", "-c", "echo $$; exit 7"));
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    assert_string_equal(child_line(child, CHILD_DEADLINE_MS), number);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 7);
    child = cgroup_start(WORDS_OF(RUN, "/no/such/program"));
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 127);
}

/* Nothing of the caller's is held open by what waits for the group's end: a pipe's reader sees it. */
static void a_child_that_stays_behind(void **state)
{
    (void)state;
    need();
    struct child *child = cgroup_start(WORDS_OF(RUN, "sh", "-c", "sleep 1000 <&- >&- 2>&- & echo $! >&2; kill -9 $$"));
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 128 + SIGKILL);
    assert_false(nothing_is_left(NULL));
    child_stop(child); /* the whole process group */
    assert_int_equal(scene_until(nothing_is_left, NULL, CHILD_DEADLINE_MS), 0);
}

/* As in a container with the machine's groups mounted into it: by the namespace's words they would lead elsewhere. */
static void in_a_namespace_of_groups(void **state)
{
    (void)state;
    need();
    if (child_wait(cgroup_start(WORDS_OF("unshare", "-C", "-m", "true")), CHILD_DEADLINE_MS) != 0)
        skip(); /* no such namespaces here */
    struct child *child =
        cgroup_start(WORDS_OF("unshare", "-C", "-m", "sh", "-c", "mount -t cgroup2 none /mnt && exec \"$@\"", "-", RUN,
                              "cat", "/proc/self/cgroup"));
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_non_null(strstr(child_output(child), "0::/tcpalive-run-"));
    child = cgroup_start(WORDS_OF("unshare", "-C", RUN, "cat", "/proc/self/cgroup"));
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_non_null(strstr(child_output(child), "0::/\n"));
    assert_non_null(strstr(child_errors(child), "where its control group could be seen"));
}

/* Between the group's making and the program's start: somebody who removes it is there before it is. */
static void killed_while_it_begins(void **state)
{
    static const char *const calls[] = {"inject=clone:signal=KILL:when=1",    "inject=mkdirat:signal=KILL:when=2",
                                        "inject=bpf:signal=KILL:when=1",      "inject=bpf:signal=KILL:when=20",
                                        "inject=unlinkat:signal=KILL:when=1", "inject=execve:signal=KILL:when=2"};
    (void)state;
    need();
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct child *child = cgroup_start(WORDS_OF(
            "strace", "-o", "/dev/null", "-e", "trace=clone,mkdirat,bpf,unlinkat,execve", "-e", calls[i], RUN, "true"));
        int status = child_wait(child, CHILD_DEADLINE_MS);
        if (status != 128 + SIGKILL)
            fail_msg("%s: exit status %d: %s", calls[i], status, child_errors(child));
        child_stop(child);
        assert_int_equal(scene_until(nothing_is_left, NULL, CHILD_DEADLINE_MS), 0);
    }
}

/*
 * As a machine that lost its power in the middle would leave it; what belongs to a process that lives is not touched.
 */
static void what_others_left_is_removed(void **state)
{
    char left[600], lives[600];
    (void)state;
    need();
    snprintf(left, sizeof left, "%.500s/tcpalive-run-2147483647", cgroup_path);
    snprintf(lives, sizeof lives, "%.500s/tcpalive-run-%d", cgroup_path, (int)getpid());
    assert_int_equal(mkdir(left, 0755), 0);
    assert_int_equal(mkdir(lives, 0755), 0);
    assert_int_equal(child_wait(cgroup_start(WORDS_OF(RUN, "true")), CHILD_DEADLINE_MS), 0);
    assert_int_not_equal(rmdir(left), 0);
    assert_int_equal(rmdir(lives), 0);
    snprintf(left, sizeof left, "%.500s/tcpalive-trial-2147483647", cgroup_path);
    assert_int_equal(mkdir(left, 0755), 0);
    cgroup_put(WORDS_OF(POLICY_SETTINGS));
    assert_int_not_equal(rmdir(left), 0);
    cgroup_put(WORDS_OF("--detach"));
}

/*
 * Who waits for a group's end ends as well where somebody else removes the group so fast that the kernel tells nobody.
 */
static void removed_by_somebody_else(void **state)
{
    static const char script[] = "for i in 1 2 3 4 5 6 7 8; do \"$@\" true; rmdir $GROUP/tcpalive-run-*; done 2>&-\n"
                                 "for i in $(seq 300); do pgrep -f \"^$1 run\" >&2 || exit 0; sleep 0.1; done; exit 1";
    (void)state;
    need();
    char group[600];
    snprintf(group, sizeof group, "GROUP=%.500s", cgroup_path);
    struct child *child = cgroup_start(WORDS_OF("env", group, "sh", "-c", script, "-", RUN));
    assert_int_equal(child_wait(child, 4 * CHILD_DEADLINE_MS), 0);
}

static void what_cannot_be_is_said(void **state)
{
    (void)state;
    need();
    const char *ordinary[] = {RUN, "true", NULL};
    struct child *child = child_start(&(struct child_plan){.argv = ordinary, .uid = PLACE_NOBODY});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_non_null(strstr(child_errors(child), "not reached"));
    const char *strict[] = {RUN, "--strict", "true", NULL};
    child = child_start(&(struct child_plan){.argv = strict, .uid = PLACE_NOBODY});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 125);
    assert_non_null(strstr(child_errors(child), "refused"));
    child = cgroup_start(WORDS_OF(RUN, "--programs", "nginx", "true"));
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 125);
}

#define RUN_TEST(name) cmocka_unit_test_teardown(name, expect_nothing_left)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_TEST(every_kind_of_program),       RUN_TEST(what_it_starts),
        RUN_TEST(an_inherited_listener),       RUN_TEST(the_program_is_the_same_process),
        RUN_TEST(a_child_that_stays_behind),   RUN_TEST(what_cannot_be_is_said),
        RUN_TEST(in_a_namespace_of_groups),    RUN_TEST(killed_while_it_begins),
        RUN_TEST(what_others_left_is_removed), RUN_TEST(removed_by_somebody_else),
    };
    return cmocka_run_group_tests(tests, cgroup_begin, cgroup_end);
}
