/*
 * Programs that take away what a library may count on: descriptors, files, other roots and namespaces, system calls.
 * With and without the library; what they see is the same.
 */
#include "harness/case_directory.h"
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG "\nTCPALIVE_LOG=debug"

static void expect_twice(const char *probe, const char *environment, const struct twice_values *wanted,
                         void (*stage)(struct twice_stage *))
{
    struct twice twice;
    struct twice_plan plan = {.probe = probe, .environment = environment, .stage = stage};
    if (twice_run(&twice, &plan) != 0) {
        print_message("not possible here: %s", twice.bare.transcript);
        twice_free(&twice);
        skip();
    }
    twice_expect_all(&twice.bare, NULL, &twice_untouched);
    twice_expect_all(&twice.with, NULL, wanted);
    twice_free(&twice);
}

/* The sockets that took the numbers 0 to 2 get no line of the log, which the level asks for at each of them. */
static void every_descriptor_closed(void **state)
{
    struct twice_look look;
    struct twice_plan plan = {.probe = "close-all", .environment = *state};
    assert_int_equal(twice_look(&look, &plan, 1), 0);
    assert_non_null(strstr(look.transcript, "refused 0\n"));
    assert_null(strstr(look.transcript, "arrived 1\n"));
    assert_int_equal(look.count, 4);
    twice_expect_all(&look, "socket", &twice_asked);
    assert_null(strstr(look.errors, "connect"));
    twice_look_free(&look);
}

static void standard_descriptors_are_data_files(void **state)
{
    struct twice_look look;
    char probe[600], path[600];
    snprintf(probe, sizeof probe, "data-files %s", scene_inside(case_directory()));
    struct twice_plan plan = {.probe = probe, .environment = *state};
    assert_int_equal(twice_look(&look, &plan, 1), 0);
    assert_int_equal(look.count, 2);
    twice_expect_all(&look, "socket", &twice_asked);
    for (int i = 0; i < 3; i++) {
        struct stat about;
        snprintf(path, sizeof path, "%s/data%d", case_directory(), i);
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_size, 0);
    }
    twice_look_free(&look);
}

static void another_root(void **state)
{
    char probe[600];
    snprintf(probe, sizeof probe, "chroot %s", scene_inside(case_directory()));
    expect_twice(probe, *state, &twice_asked, NULL);
}

static void another_network(void **state)
{
    expect_twice("unshare", *state, &twice_asked, NULL);
}

static void no_descriptor_left(void **state)
{
    expect_twice("no-files", *state, &twice_asked, NULL);
}

static void listener_at_5(struct twice_stage *stage)
{
    twice_give(stage, loopback_listener(), 5);
}

/*
 * The limit forbids to ask for many descriptors at a time; what was inherited is found all the same. The library comes
 * in together with the limit, or it would have seen the listener before.
 */
static void few_descriptors_from_the_start(void **state)
{
    for (int with = 0; with < 2; with++) {
        struct child_descriptor given[] = {{-1, 5}, {-1, -1}};
        struct twice_stage stage = {0};
        struct oracle_socket seen;
        char probe[700];
        listener_at_5(&stage);
        given[0].own = stage.given[0].own;
        snprintf(probe, sizeof probe, "limited 9 %s%s serve", with ? "LD_PRELOAD=" : "NONE=", scene_target()->library);
        struct child *child = twice_probe(probe, *state, NULL, given);
        assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
        assert_int_equal(oracle_read(child_pid(child), 5, &seen), 0);
        twice_expect(&seen, with ? &twice_asked : &twice_untouched);
        assert_string_equal(child_errors(child), "");
        child_stop(child);
        close(given[0].own);
    }
}

/*
 * Told once a process, however many sockets it makes; the program goes on, and its own calls see the filter's answer.
 */
static void setsockopt_refused(void **state)
{
    char environment[512];
    snprintf(environment, sizeof environment, "%s\nTCPALIVE_LOG=off", (const char *)*state);
    expect_twice("filtered setsockopt 13 serve", environment, &twice_untouched, NULL);
    struct twice_look look;
    struct twice_plan plan = {.probe = "filtered setsockopt 13 serve", .environment = *state};
    assert_int_equal(twice_look(&look, &plan, 1), 0);
    assert_non_null(strstr(look.errors, "the system refused an option: error 13\n"));
    assert_ptr_equal(strchr(look.errors, '\n'), look.errors + strlen(look.errors) - 1);
    twice_look_free(&look);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWICE_CASES(every_descriptor_closed, case_directory_make, case_directory_remove, LOG),
        TWICE_CASES(standard_descriptors_are_data_files, case_directory_make, case_directory_remove, LOG),
        TWICE_CASES(another_root, case_directory_make, case_directory_remove, ),
        {"another_network, plain", another_network, NULL, child_stop_all, TWICE_SETTINGS},
        TWICE_CASES(no_descriptor_left, case_directory_make, case_directory_remove, ),
        TWICE_CASES(few_descriptors_from_the_start, case_directory_make, case_directory_remove, ),
        TWICE_CASES(setsockopt_refused, case_directory_make, case_directory_remove, ),
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return cmocka_run_group_tests_name("hostile hosts", tests, NULL, NULL);
}
