/*
 * TCPALIVE_FOLLOW: programs that start others with a cleaned environment, by every call that can. The new program makes
 * connections and is looked at; without `on` it is on its own, as without the library.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTINGS "TCPALIVE_IDLE=31s\nTCPALIVE_INTERVAL=7s\nKEEPCNT=4\nTCPALIVE_USER_TIMEOUT=45s"
#define FOLLOW   "\nTCPALIVE_FOLLOW=on"

static const char *const calls[] = {"execv",  "execve",  "execvp",         "execvpe",          "execl",        "execlp",
                                    "execle", "fexecve", "execveat",       "posix_spawn",      "posix_spawnp", "vfork",
                                    "system", "popen",   "syscall-execve", "syscall-execveat", "small-stack"};

static void followed(void **state)
{
    char probe[64];
    snprintf(probe, sizeof probe, "clean %s", (const char *)*state);
    struct twice_plan plan = {.probe = probe, .environment = SETTINGS FOLLOW};
    twice_expect_tree(&plan, 0, 3, NULL, &twice_untouched);
    twice_expect_tree(&plan, 1, 3, NULL, &twice_asked);
}

static void not_followed_unless_asked(void **state)
{
    char probe[64];
    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        snprintf(probe, sizeof probe, "clean %s", calls[i]);
        twice_expect_tree(&(struct twice_plan){.probe = probe, .environment = SETTINGS "\nTCPALIVE_LOG=off"}, 1, 3,
                          NULL, &twice_untouched);
    }
}

/* A child under the same settings as its parent is on its own all the same. */
static void never_means_never(void **state)
{
    (void)state;
    for (int never = 0; never < 2; never++) {
        struct twice_look look;
        struct twice_plan plan = {.probe = "limited 1024 serve",
                                  .environment = never ? SETTINGS "\nTCPALIVE_FOLLOW=never" : SETTINGS,
                                  .before = scene_beside("empty.so")};
        assert_int_equal(twice_look(&look, &plan, 1), 0);
        twice_expect_all(&look, NULL, never ? &twice_untouched : &twice_asked);
        assert_string_equal(look.errors, "");
        twice_look_free(&look);
    }
    twice_expect_tree(&(struct twice_plan){.probe = "serve", .environment = SETTINGS "\nTCPALIVE_FOLLOW=never"}, 1, 3,
                      NULL, &twice_asked);
}

/* One line where the program itself becomes one without the library, and what keeps it. */
static void what_is_lost_is_said(void **state)
{
    static const struct {
        const char *call, *level;
        int said;
    } rows[] = {{"execve", "warn", 1},      {"execlp", "warn", 1}, {"execve", "error", 0}, {"posix_spawn", "warn", 0},
                {"posix_spawn", "info", 1}, {"system", "info", 1}, {"vfork", "warn", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char probe[64], environment[256];
        snprintf(probe, sizeof probe, "clean %s", rows[i].call);
        snprintf(environment, sizeof environment, SETTINGS "\nTCPALIVE_LOG=%s", rows[i].level);
        struct child *child = twice_probe(probe, environment, scene_target()->library, NULL);
        assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
        const char *line = strstr(child_errors(child), "TCPALIVE_FOLLOW=on takes it along\n");
        assert_int_equal(line != NULL, rows[i].said);
        assert_true(!line || !strstr(line + 1, "TCPALIVE_FOLLOW"));
        child_stop(child);
    }
}

static void rules_are_followed(void **state)
{
    static char environment[60000];
    size_t used = (size_t)snprintf(environment, sizeof environment, "TCPALIVE_FOLLOW=on\nTCPALIVE_RULES=");
    (void)state;
    for (int i = 0; i < 900; i++)
        used += (size_t)snprintf(environment + used, sizeof environment - used, "connect 10.1.%d.0/24:%d off;", i % 250,
                                 1 + i);
    snprintf(environment + used, sizeof environment - used, "any * idle=31s interval=7s probes=4 user-timeout=45s");
    twice_expect_tree(&(struct twice_plan){.probe = "clean execve", .environment = environment}, 1, 3, NULL,
                      &twice_asked);
}

/* What the program itself gives to its child stands: a value, another preload, the switch. */
static void what_the_program_gives_stands(void **state)
{
    static const struct {
        const char *gives;
        struct twice_values wanted;
    } rows[] = {
        {"TCPALIVE_IDLE=99s", {1, 99, 7, 4, 45000}},
        {"TCPALIVE=off", {0, TWICE_SYSTEM, TWICE_SYSTEM, TWICE_SYSTEM, 0}},
        {"KEEPCNT_OTHER=1", {1, 31, 7, 4, 45000}},
        {"A= B=2 C", {1, 31, 7, 4, 45000}},
    };
    static const char *const ways[] = {"execve", "execlp", "posix_spawn"};
    char probe[128];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
            snprintf(probe, sizeof probe, "clean %s %s", ways[way], rows[i].gives);
            twice_expect_tree(&(struct twice_plan){.probe = probe, .environment = SETTINGS FOLLOW}, 1, 3, NULL,
                              &rows[i].wanted);
        }
}

/* A preload that the program gives to its child stays in force beside ours, and one that names ours already is kept. */
static void preload_of_the_program_stays(void **state)
{
    char probe[1200];
    (void)state;
    snprintf(probe, sizeof probe, "clean execve LD_PRELOAD=%s", scene_beside("host-early.so"));
    struct twice_plan plan = {.probe = probe, .environment = SETTINGS FOLLOW};
    twice_expect_tree(&plan, 0, 6, NULL, &twice_untouched);
    twice_expect_tree(&plan, 1, 6, NULL, &twice_asked);
    snprintf(probe, sizeof probe, "clean execve LD_PRELOAD=%s:%s", scene_beside("host-early.so"),
             scene_target()->library);
    twice_expect_tree(&plan, 1, 6, NULL, &twice_asked);
}

/* Only ours comes back: other preloads were cleaned away on purpose. */
static void other_preloads_are_not_brought_back(void **state)
{
    (void)state;
    struct twice_plan plan = {
        .probe = "clean execve", .environment = SETTINGS FOLLOW, .before = scene_beside("host-early.so")};
    twice_expect_tree(&plan, 1, 3, NULL, &twice_asked);
}

enum { CALLS = sizeof calls / sizeof *calls };

int main(void)
{
    static struct CMUnitTest tests[CALLS + 7] = {
        cmocka_unit_test_teardown(not_followed_unless_asked, child_stop_all),
        cmocka_unit_test_teardown(never_means_never, child_stop_all),
        cmocka_unit_test_teardown(what_is_lost_is_said, child_stop_all),
        cmocka_unit_test_teardown(rules_are_followed, child_stop_all),
        cmocka_unit_test_teardown(what_the_program_gives_stands, child_stop_all),
        cmocka_unit_test_teardown(preload_of_the_program_stays, child_stop_all),
        cmocka_unit_test_teardown(other_preloads_are_not_brought_back, child_stop_all),
    };
    for (size_t i = 0; i < CALLS; i++)
        tests[7 + i] = (struct CMUnitTest){calls[i], followed, NULL, child_stop_all, (void *)calls[i]};
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return _cmocka_run_group_tests("follow", tests, CALLS + 7, NULL, NULL);
}
