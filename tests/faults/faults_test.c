/*
 * What the library and the commands do when the system refuses them: faults.py makes one call after the other fail. The short
 * form; `make soak` has every call with every error.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"

enum { MISSING_HERE = 77, PATIENCE = 18 };

static void each_call_may_fail(void **state)
{
    const char *argv[] = {"/usr/bin/python3", "tests/faults/faults.py", scene_build(""), NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    int status = child_wait(child, PATIENCE * CHILD_DEADLINE_MS);
    (void)state;
    if (status == MISSING_HERE) {
        print_message("%s", child_output(child));
        skip();
    }
    if (status != 0)
        fail_msg("%s%s", child_output(child), child_errors(child));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(each_call_may_fail, child_stop_all)};
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
