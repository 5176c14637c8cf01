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
static const char *const actions[] = {"socket",     "connect",    "listen",     "accept",   "accept4",
                                      "setsockopt", "sendto",     "sendmsg",    "sendmmsg", "recvmsg",
                                      "recvmmsg",   "raw-socket", "raw-connect"};
static const char *const policies[] = {"TCPALIVE=on", TWICE_RULE, "TCPALIVE_MODE=respect",
                                       "TCPALIVE_LOG=debug\nTCPALIVE_LOG_FILE=stderr", NULL};
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

static void lives(void **state)
{
    const char *action = *state;
    if (status_of(ways[0], action, NULL, NULL) == 3) {
        print_message("no filters here\n");
        skip();
    }
    for (size_t way = 0; way < WAYS; way++)
        for (const char *const *policy = policies; *policy; policy++) {
            int status = status_of(ways[way], action, *policy, scene_target()->library);
            if (status != 0)
                fail_msg("by %s under %s: %d", ways[way], *policy, status);
        }
}

/* What is started under a filter that would end the library there begins without it, and keeps other preloads. */
static void child_under_a_filter(void **state)
{
    static const char *const calls[] = {"execv", "execl", "execve"};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char probe[80];
        snprintf(probe, sizeof probe, "sandboxed-child %s %s", ways[i], calls[i]);
        struct twice_plan plan = {.probe = probe, .environment = *state, .behind = scene_build("tests/host-early.so")};
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
    static struct CMUnitTest tests[ACTIONS + 6] = {
        TWICE_CASES(child_under_a_filter, NULL, child_stop_all, ),
        TWICE_CASES(open_filter, NULL, child_stop_all, ),
        TWICE_CASES(refusal_is_said, NULL, child_stop_all, ),
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    for (size_t i = 0; i < ACTIONS; i++)
        tests[6 + i] = (struct CMUnitTest){actions[i], lives, NULL, child_stop_all, (void *)actions[i]};
    return _cmocka_run_group_tests("sandbox", tests, ACTIONS + 6, NULL, NULL);
}
