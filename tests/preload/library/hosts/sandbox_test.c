/*
 * Programs that put themselves under a filter which kills at every call but those that they make themselves: they live
 * on, whatever the policy. Where a filter leaves the library its calls, it goes on, and says what is refused.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const ways[] = {"prctl", "prctl-by-number", "seccomp", "seccomp-all-threads"};
static const char *const actions[] = {
    "socket",     "connect",     "listen",     "accept",  "accept4",  "setsockopt",
    "sendto",     "sendmsg",     "sendmmsg",   "recvmsg", "recvmmsg", "setsockopt-elsewhere",
    "raw-socket", "raw-connect", "raw-execve", "execve",  "execvp",   "execle"};
static const char *const policies[] = {"TCPALIVE=on",
                                       TWICE_RULE,
                                       "TCPALIVE_MODE=respect",
                                       "TCPALIVE_FOLLOW=on",
                                       "TCPALIVE_LOG=debug\nTCPALIVE_LOG_FILE=stderr",
                                       NULL};
enum { WAYS = sizeof ways / sizeof *ways, ACTIONS = sizeof actions / sizeof *actions };

static int status_of(const char *way, const char *action, const char *environment, const char *preload)
{
    char probe[80];
    snprintf(probe, sizeof probe, "sandboxed %s %s", way, action);
    struct child *child = twice_probe(probe, environment, preload, NULL);
    child_close_stdin(child);
    int status = child_wait(child, CHILD_DEADLINE_MS);
    child_stop(child);
    return status;
}

static void expect_alive(const char *way, const char *action, const char *policy)
{
    int status = status_of(way, action, policy, scene_target()->library);
    if (status != 0)
        fail_msg("by %s under %s: %d", way, policy, status);
}

static void lives(void **state)
{
    const char *action = *state;
    if (status_of(ways[0], action, NULL, NULL) == 3) {
        print_message("no filters here\n");
        skip();
    }
    for (size_t way = 0; way < WAYS; way++)
        expect_alive(ways[way], action, policies[0]);
    for (const char *const *policy = policies + 1; *policy; policy++)
        expect_alive(ways[0], action, *policy);
}

/* All that the program printed, up to `ready`. */
static char *said_by(const char *probe, const char *environment, const char *preload)
{
    struct child *child = twice_probe(probe, environment, preload, NULL);
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("%s under %s: %s", probe, environment, child_errors(child));
    char *said = strdup(child_output(child));
    assert_non_null(said);
    child_stop(child);
    return said;
}

static void expect_as_bare(const char *probe, const char *const *policy)
{
    char *bare = said_by(probe, NULL, NULL);
    for (; *policy; policy++) {
        char *with = said_by(probe, *policy, scene_target()->library);
        if (strcmp(with, bare) != 0)
            fail_msg("%s under %s: %snot %s", probe, *policy, with, bare);
        free(with);
    }
    free(bare);
}

/*
 * The filters leave the library all its calls but one, which it would make for some of what it does; or the one is what
 * it does where another was refused.
 */
static void lives_without_one_call(void **state)
{
    static const char *const all[] = {"TCPALIVE=on", "TCPALIVE_MODE=respect",
                                      TWICE_RULE "\nTCPALIVE_LOG=debug\nTCPALIVE_FOLLOW=on", NULL};
    char probe[80];
    snprintf(probe, sizeof probe, "sandboxed-but-one seccomp %s", (const char *)*state);
    expect_as_bare(probe, all);
    strcat(probe, " refusing");
    expect_as_bare(probe, all + 2);
}

/* What is started under a filter that would end the library there begins without it, and keeps other preloads. */
static void child_under_a_filter(void **state)
{
    static const char *const calls[] = {"execv", "execl", "execve"};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char probe[80];
        snprintf(probe, sizeof probe, "sandboxed-child %s %s", ways[i], calls[i]);
        struct twice_plan plan = {.probe = probe, .environment = *state, .behind = scene_beside("host-early.so")};
        twice_expect_tree(&plan, 0, 6, NULL, &twice_untouched);
        twice_expect_tree(&plan, 1, 6, NULL, &twice_untouched);
    }
}

static void open_filter(void **state)
{
    for (size_t way = 0; way < WAYS; way++)
        for (int broken = 0; broken < 2; broken++) {
            char probe[80];
            struct twice twice;
            snprintf(probe, sizeof probe, "lightly-sandboxed %s %s", ways[way], broken ? "broken" : "open");
            assert_int_equal(twice_run(&twice, &(struct twice_plan){.probe = probe, .environment = *state}), 0);
            twice_expect_all(&twice.bare, NULL, &twice_untouched);
            twice_expect_all(&twice.with, NULL, &twice_asked);
            twice_free(&twice);
        }
}

/* The calls by which the library looks where it writes are refused as well; the line comes all the same, once. */
static void refusal_is_said(void **state)
{
    struct twice_look look;
    struct twice_plan plan = {.probe = "lightly-sandboxed seccomp refusing", .environment = *state};
    assert_int_equal(twice_look(&look, &plan, 1), 0);
    assert_non_null(strstr(look.errors, "the system refused an option: error 1\n"));
    assert_ptr_equal(strchr(look.errors, '\n'), look.errors + strlen(look.errors) - 1);
    twice_look_free(&look);
}

int main(void)
{
    static struct CMUnitTest tests[2 * ACTIONS + 6] = {
        TWICE_CASES(child_under_a_filter, NULL, child_stop_all, ),
        TWICE_CASES(open_filter, NULL, child_stop_all, ),
        TWICE_CASES(refusal_is_said, NULL, child_stop_all, ),
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    for (size_t i = 0; i < ACTIONS; i++) {
        char *name = NULL;
        if (asprintf(&name, "%s, without one call", actions[i]) < 0)
            return 1;
        tests[6 + 2 * i] = (struct CMUnitTest){actions[i], lives, NULL, child_stop_all, (void *)actions[i]};
        tests[7 + 2 * i] = (struct CMUnitTest){name, lives_without_one_call, NULL, child_stop_all, (void *)actions[i]};
    }
    return _cmocka_run_group_tests("sandbox", tests, 2 * ACTIONS + 6, NULL, NULL);
}
