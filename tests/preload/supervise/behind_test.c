/*
 * tcpalive where tcpalive is already: the command behind its own library, behind its own supervisor,
 * behind somebody else.
 */
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "supervise.h"
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

/*
 * `BEFORE... tcpalive attach SETTINGS PID`, to its end; where `preload` is, the library of this build is in
 * front of it.
 */
static struct child *attach_behind(const char *const *before, int preload, pid_t pid)
{
    const char *words[SUPERVISE_WORDS] = {0}, *own[] = {place_file("tcpalive"), "attach", POLICY_SETTINGS, NULL};
    char number[16];
    size_t count = before ? supervise_add(words, 0, before) : 0;
    count = supervise_add(words, count, own);
    snprintf(number, sizeof number, "%d", (int)pid);
    words[count] = number;
    struct child *child = child_start(&(struct child_plan){.argv = words,
                                                           .preload = preload ? place_file("libtcpalive.so") : NULL,
                                                           .environment = (const char *[]){"TCPALIVE_IDLE=99", NULL}});
    assert_true(child_wait(child, CHILD_DEADLINE_MS) >= 0);
    return child;
}

static struct child *target(void)
{
    return supervise_begin(&(struct supervise_start){.program = place_file("tests/direct/static")});
}

static void attach_behind_the_library(void **state)
{
    struct child *bare = target();
    (void)state;
    supervise_expect(bare, false);
    struct child *attaching = attach_behind(NULL, 1, child_pid(bare));
    assert_string_equal(child_errors(attaching), "");
    assert_null(strstr(child_output(attaching), "0 set"));
    struct oracle_socket seen[POLICY_ROOM];
    policy_expect(seen, (size_t)oracle_process(child_pid(bare), seen, POLICY_ROOM), true);
}

static void attach_behind_a_supervisor(void **state)
{
    struct oracle_socket seen[POLICY_ROOM];
    const char *outer[SUPERVISE_WORDS] = {
        place_file("tcpalive"), "run", "--idle", "99", "--method", "supervise", "--", NULL};
    struct child *bare = target();
    (void)state;
    supervise_expect(bare, false);
    attach_behind(outer, 0, child_pid(bare));
    policy_expect(seen, (size_t)oracle_process(child_pid(bare), seen, POLICY_ROOM), true);
}

/* A supervisor whose own calls the library would answer. */
static void a_supervisor_behind_the_library(void **state)
{
    const char *words[SUPERVISE_WORDS] = {"env", NULL};
    char preload[1024];
    (void)state;
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", place_file("libtcpalive.so"));
    words[1] = preload;
    supervise_add(words, 2, supervise_words());
    struct child *child =
        supervise_begin(&(struct supervise_start){.launcher = words, .program = place_file("tests/direct/static")});
    supervise_expect(child, true);
}

/* What answers setsockopt with a success that does nothing: said, and no success of ours. */
static void what_does_not_take_is_refused(void **state)
{
    char number[16];
    const char *outer[] = {place_file("tests/direct/forbid"), number, NULL};
    struct child *bare = target();
    (void)state;
    supervise_expect(bare, false);
    snprintf(number, sizeof number, "%d:0", SYS_setsockopt);
    struct child *attaching = attach_behind(outer, 0, child_pid(bare));
    assert_int_equal(child_wait(attaching, CHILD_DEADLINE_MS), 1);
    assert_non_null(strstr(child_output(attaching), "0 set, 0 left alone, "));
    assert_non_null(strstr(child_errors(attaching), "the values do not take: something else answers for it\n"));
    child_stop(bare);
    struct supervise_start start = {.launcher = NULL, .program = place_file("tests/direct/strain")};
    const char *words[SUPERVISE_WORDS] = {0};
    supervise_add(words, supervise_add(words, 0, outer), supervise_words());
    start.launcher = words;
    struct child *child = supervise_begin(&start);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_non_null(strstr(child_errors(child), "the values do not take: something else answers for it\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUPERVISE_TEST(attach_behind_the_library),
        SUPERVISE_TEST(attach_behind_a_supervisor),
        SUPERVISE_TEST(a_supervisor_behind_the_library),
        SUPERVISE_TEST(what_does_not_take_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
