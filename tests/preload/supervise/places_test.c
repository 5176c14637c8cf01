/* Supervisors where something is missing, forbidden or taken: as in containers, as the first process. */
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/scene.h"
#include "supervise.h"
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The program's own wait() must find no child (talk.c), even where orphans come back to the program. */
static void orphans_that_come_back(void **state)
{
    (void)state;
    const char *words[SUPERVISE_WORDS] = {place_file("tests/direct/reaper")};
    supervise_add(words, 1, supervise_words());
    struct child *child =
        supervise_begin(&(struct supervise_start){.launcher = words, .program = place_file("tests/direct/static")});
    supervise_expect(child, true);
    child_close_stdin(child);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), SUPERVISE_EXIT_OF_TALK);
}

static void the_first_process_of_a_namespace(void **state)
{
    const char *words[SUPERVISE_WORDS] = {"unshare", "--pid", "--fork", "--mount-proc", "--kill-child"};
    const char *probe[] = {"unshare", "--pid", "--fork", "--mount-proc", "true", NULL};
    (void)state;
    if (child_run(&(struct child_plan){.argv = probe}, NULL, 0) != 0)
        skip();
    supervise_add(words, 5, supervise_words());
    struct child *child =
        supervise_begin(&(struct supervise_start){.launcher = words, .program = place_file("tests/direct/static")});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    child_close_stdin(child);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), SUPERVISE_EXIT_OF_TALK);
}

/* A second supervisor is not to be had: the program runs all the same, or with --strict not at all. */
static void one_supervisor_only(void **state)
{
    const char *words[SUPERVISE_WORDS] = {0};
    const char *tcpalive = place_file("tcpalive"), *program = place_file("tests/direct/strain");
    const char *inner[] = {tcpalive, "run", "--idle", "99", "--method", "supervise", NULL};
    size_t count = supervise_add(words, supervise_add(words, 0, supervise_words()), inner);
    (void)state;
    struct child *child = supervise_begin(&(struct supervise_start){.launcher = words, .program = program});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    char expected[1024];
    snprintf(expected, sizeof expected, "tcpalive: not reached '%s': it has a seccomp supervisor already\nidle 41\n",
             program);
    assert_string_equal(child_errors(child), expected);
    words[count++] = "--strict";
    child = supervise_begin(&(struct supervise_start){.launcher = words, .program = program});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 125);
    assert_non_null(strstr(child_errors(child), "refused"));
    supervise_expect_gone();
}

/* As in a container whose own filter forbids what is needed. */
static void forbidden(long number, const char *says)
{
    char text[16];
    snprintf(text, sizeof text, "%ld", number);
    const char *words[SUPERVISE_WORDS] = {place_file("tests/direct/forbid"), text};
    supervise_add(words, 2, supervise_words());
    struct child *child =
        supervise_begin(&(struct supervise_start){.launcher = words, .program = place_file("tests/direct/strain")});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    if (!strstr(child_errors(child), says) || !strstr(child_errors(child), "idle 7200"))
        fail_msg("expected \"%s\" in: %s", says, child_errors(child));
    supervise_expect_gone();
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    if (scene_sysctl("/proc/sys/net/ipv4/tcp_keepalive_time") != 7200)
        skip();
    forbidden(SYS_pidfd_getfd, "its descriptors may not be taken (pidfd_getfd): Operation not permitted");
    forbidden(SYS_seccomp, "seccomp user notification is not to be had here: Operation not permitted");
    forbidden(SYS_clone, "no process for a supervisor: Operation not permitted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUPERVISE_TEST(orphans_that_come_back),
        SUPERVISE_TEST(the_first_process_of_a_namespace),
        SUPERVISE_TEST(one_supervisor_only),
        SUPERVISE_TEST(what_is_missing_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
