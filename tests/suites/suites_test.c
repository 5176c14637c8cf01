/*
 * Test suites that others wrote, bare and under tcpalive: suites.py compares them test by test. The short ones; `make
 * soak` has all.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/script.h"

enum { PATIENCE = 10 };

static void ends_as_bare(void **state)
{
    const char *argv[] = {"/usr/bin/python3", "tests/suites/suites.py", scene_build(""), *state, NULL};
    script_holds(argv, PATIENCE * CHILD_DEADLINE_MS);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        {"python's sockets and servers", ends_as_bare, NULL, child_stop_all, (void *)"python-short"}};
    return cmocka_run_group_tests_name("suites", tests, NULL, NULL);
}
