/*
 * Objects that come into a program in unusual ways: plugins opened with RTLD_DEEPBIND, libraries whose constructors
 * make connections before ours has run, our own library opened and closed by the program. With and without it.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect_twice(const struct twice_plan *plan, const char *said, const struct twice_values *wanted)
{
    struct twice twice;
    assert_int_equal(twice_run(&twice, plan), 0);
    if (said && !strstr(twice.with.transcript, said))
        fail_msg("it said: %s", twice.with.transcript);
    twice_expect_all(&twice.bare, NULL, &twice_untouched);
    twice_expect_all(&twice.with, NULL, wanted);
    twice_free(&twice);
}

static void opened(const char *file, const char *mode, const char *environment)
{
    char probe[4200];
    int deep = strncmp(mode, "deep-", 5) == 0;
    snprintf(probe, sizeof probe, "plugin %s %s", file, mode);
    expect_twice(&(struct twice_plan){.probe = probe, .environment = environment},
                 deep ? "error none\nfd listener 3\nfd client 4\nfd accepted 5\nfd client 6\nflavour plugin's\n"
                      : "flavour program's\n",
                 &twice_asked);
}

/* Bound while it runs or when it is opened, its table of addresses writable or not. */
static void plugin(void **state)
{
    opened(scene_beside("host-plugin-lazy.so"), "lazy", *state);
    opened(scene_beside("host-plugin-now.so"), "now", *state);
}

static void plugin_bound_deeply(void **state)
{
    opened(scene_beside("host-plugin-lazy.so"), "deep-lazy", *state);
    opened(scene_beside("host-plugin-lazy.so"), "deep-now", *state);
    opened(scene_beside("host-plugin-now.so"), "deep-lazy", *state);
}

/* Where the caller's own search path finds the plugin, dlopen must see the caller; only its binding stays as it was. */
static void plugin_found_by_the_callers_path(void **state)
{
    opened("host-plugin-lazy.so", "lazy", *state);
    expect_twice(&(struct twice_plan){.probe = "plugin host-plugin-now.so deep-now", .environment = *state},
                 "flavour plugin's\n", &twice_untouched);
}

static void plugin_that_is_not_there(void **state)
{
    for (int deep = 0; deep < 2; deep++) {
        struct twice twice;
        struct twice_plan plan = {.probe = deep ? "plugin /nowhere/x.so deep-now" : "plugin /nowhere/x.so now",
                                  .environment = *state};
        assert_int_equal(twice_run(&twice, &plan), 0);
        assert_non_null(strstr(twice.with.transcript, "cannot open shared object file"));
        twice_free(&twice);
    }
}

static void constructor_that_connects(const char *before, const char *behind, const char *environment)
{
    struct oracle_socket seen;
    char preload[4096];
    snprintf(preload, sizeof preload, "%s%s%s%s%s", before ? before : "", before ? ":" : "", scene_target()->library,
             behind ? ":" : "", behind ? behind : "");
    struct child *child = twice_probe("serve", environment, preload, NULL);
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    for (int fd = 60; fd < 63; fd++) {
        assert_int_equal(oracle_read(child_pid(child), fd, &seen), 0);
        twice_expect(&seen, &twice_asked);
        assert_int_equal(seen.syncnt, fd == 61 ? 99 : scene_sysctl("/proc/sys/net/ipv4/tcp_syn_retries"));
    }
    child_stop(child);
}

/*
 * Constructors run from the last object to the first: both orders, so that one of them is before ours. The client says
 * by another option what it held when it was connected, which is before our own start would have found it.
 */
static void library_with_early_connections(void **state)
{
    constructor_that_connects(scene_beside("host-early.so"), NULL, *state);
    constructor_that_connects(NULL, scene_beside("host-early.so"), *state);
}

static void opened_and_closed_by_the_program(void **state)
{
    char probe[700];
    snprintf(probe, sizeof probe, "dlclose %s", scene_target()->library);
    expect_twice(&(struct twice_plan){.probe = probe, .environment = *state}, "closed 0\n", &twice_asked);
}

/* The library asks the C library, not the program that has functions of such names. */
static void a_program_with_names_of_ours(void **state)
{
    static const char *const more[] = {"", "\nTCPALIVE_MODE=tighten", "\nTCPALIVE_FOLLOW=on"};
    char *probe = (char *)scene_target()->probe, usual[sizeof scene_target()->probe], environment[512];
    struct twice twice;
    strcpy(usual, probe);
    snprintf(probe, sizeof usual, "%s", scene_build("tests/own-names"));
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        snprintf(environment, sizeof environment, "%s%s", (const char *)*state, more[i]);
        assert_int_equal(twice_run(&twice, &(struct twice_plan){.probe = "", .environment = environment}), 0);
        twice_expect_all(&twice.with, NULL, &twice_asked);
        twice_free(&twice);
    }
    strcpy(probe, usual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWICE_CASES(plugin, NULL, child_stop_all, ),
        TWICE_CASES(plugin_bound_deeply, NULL, child_stop_all, ),
        TWICE_CASES(plugin_found_by_the_callers_path, NULL, child_stop_all, ),
        TWICE_CASES(plugin_that_is_not_there, NULL, child_stop_all, ),
        TWICE_CASES(library_with_early_connections, NULL, child_stop_all, ),
        TWICE_CASES(opened_and_closed_by_the_program, NULL, child_stop_all, ),
        TWICE_CASES(a_program_with_names_of_ours, NULL, child_stop_all, ),
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return cmocka_run_group_tests_name("plugins", tests, NULL, NULL);
}
