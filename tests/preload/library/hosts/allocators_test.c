/*
 * Programs whose allocator makes system calls, its first ones through the library: a guest that allocates on that way
 * hangs them before main (before glibc 2.34 to look up a function could). In both orders, switched on and off; and
 * programs built with AddressSanitizer, whose allocator is their own.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/seen.h"
#include "harness/twice.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *settings;
    const struct twice_values *wanted;
} policies[] = {
    {TWICE_SETTINGS, &twice_asked}, {TWICE_RULE, &twice_asked}, {TWICE_SETTINGS "\nTCPALIVE=off", &twice_untouched}};
enum { POLICIES = sizeof policies / sizeof *policies };

static void expect_twice(const struct twice_plan *plan, const struct twice_values *wanted)
{
    struct twice twice;
    assert_int_equal(twice_run(&twice, plan), 0);
    twice_expect_all(&twice.bare, NULL, &twice_untouched);
    twice_expect_all(&twice.with, NULL, wanted);
    twice_free(&twice);
}

static void starts_with(const char *allocator)
{
    for (size_t i = 0; i < POLICIES; i++) {
        struct twice_plan plan = {.probe = "interposed", .environment = policies[i].settings, .before = allocator};
        expect_twice(&plan, policies[i].wanted);
        plan.before = NULL;
        plan.behind = allocator;
        expect_twice(&plan, policies[i].wanted);
    }
}

/* What any allocator may do wherever it is from, and those that the distribution has. */
static void other_allocators(void **state)
{
    static const char *const patterns[] = {"%s/usr/lib/%s/libjemalloc.so.2", "%s/usr/lib/%s/libtcmalloc_minimal.so.4"};
    const char *machine = strstr(scene_target()->library, "i386") ? "i386-linux-gnu" : "x86_64-linux-gnu";
    (void)state;
    starts_with(scene_beside("host-allocator.so"));
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        char path[1024];
        snprintf(path, sizeof path, patterns[i], scene_target()->root, machine);
        if (access(path, R_OK) == 0)
            starts_with(scene_inside(path));
    }
}

static void a_program_with_address_sanitizer(void **state)
{
    char *probe = (char *)scene_target()->probe, usual[sizeof scene_target()->probe], path[1024], environment[1024];
    (void)state;
    strcpy(usual, probe);
    snprintf(path, sizeof path, "%s%s", scene_target()->root, scene_beside("host-asan"));
    if (access(path, X_OK) != 0) {
        print_message("the compiler has no AddressSanitizer for this C library\n");
        skip();
    }
    snprintf(probe, sizeof scene_target()->probe, "%s", scene_inside(path));
    for (size_t i = 0; i < POLICIES; i++) {
        snprintf(environment, sizeof environment, "%s\nASAN_OPTIONS=detect_leaks=0:use_sigaltstack=0",
                 policies[i].settings);
        expect_twice(&(struct twice_plan){.probe = "interposed", .environment = environment}, policies[i].wanted);
    }
    if (!*scene_target()->root)
        seen_file(probe, NULL, "preload", "AddressSanitizer");
    strcpy(probe, usual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(other_allocators, child_stop_all),
        cmocka_unit_test_teardown(a_program_with_address_sanitizer, child_stop_all),
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return cmocka_run_group_tests_name("allocators", tests, NULL, NULL);
}
