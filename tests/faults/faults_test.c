/*
 * What the library and the commands do when the system refuses them: faults.py makes one call after the other fail. The
 * short form; `make soak` has every call with every error.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/script.h"

enum { PATIENCE = 18 };

static void each_call_may_fail(void **state)
{
    const char *argv[] = {"/usr/bin/python3", "tests/faults/faults.py", scene_build(""), NULL};
    (void)state;
    script_holds(argv, PATIENCE * CHILD_DEADLINE_MS);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(each_call_may_fail, child_stop_all)};
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
