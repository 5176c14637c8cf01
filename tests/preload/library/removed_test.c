/*
 * What the hook tests are worth: the library is linked once more for every hook without that hook, and some hook test
 * must then fail. A hook that no test misses is a case here that fails.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include <glob.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fails with the library named in the environment? */
static int fails(const char *program, const char *library)
{
    char variable[4200];
    const char *const argv[] = {program, NULL}, *const environment[] = {variable, NULL};
    snprintf(variable, sizeof variable, "TCPALIVE_TEST_LIBRARY=%s", library);
    struct child *child = child_start(&(struct child_plan){.argv = argv, .environment = environment});
    child_close_stdin(child);
    int status = child_wait(child, 10 * CHILD_DEADLINE_MS);
    child_stop(child);
    return status != 0;
}

/* The object's list of names would notice every time, and counting system calls takes long. */
static int looks_at_other_things(const char *program)
{
    return strstr(program, "hooks/object") || strstr(program, "hooks/cost");
}

static void is_missed(void **state)
{
    static size_t likely; /* the program that missed the last one: neighbours are tested together */
    const char *library = *state;
    glob_t programs;
    int missed = 0;
    assert_int_equal(glob(scene_build("tests/{hooks,hosts}/*_test"), GLOB_BRACE, NULL, &programs), 0);
    for (size_t left = programs.gl_pathc; left > 0 && !missed; left--) {
        const char *program = programs.gl_pathv[likely % programs.gl_pathc];
        missed = !looks_at_other_things(program) && fails(program, library);
        likely += !missed;
    }
    globfree(&programs);
    assert_true(missed);
}

int main(void)
{
    static struct CMUnitTest tests[128];
    static char *copies[128];
    static glob_t libraries;
    size_t count = 0;
    if (glob(scene_build("removed/*/libtcpalive.so"), 0, NULL, &libraries) != 0)
        return 1;
    for (; count < libraries.gl_pathc && count < 128; count++) {
        char *path = libraries.gl_pathv[count];
        copies[count] = strdup(path);
        tests[count] = (struct CMUnitTest){basename(dirname(copies[count])), is_missed, NULL, child_stop_all, path};
    }
    return _cmocka_run_group_tests("removed", tests, count, NULL, NULL);
}
