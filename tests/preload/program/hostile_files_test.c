/* Programs, rules and lists that mean harm are looked at within bounds of time and memory (hostile_files.py). */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/script.h"

enum { PATIENCE = 10 };

static void each_is_looked_at_within_bounds(void **state)
{
    (void)state;
    script_holds((const char *[]){"/usr/bin/python3", "tests/preload/program/hostile_files.py", scene_build(""), NULL},
                 PATIENCE * CHILD_DEADLINE_MS);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(each_is_looked_at_within_bounds, child_stop_all)};
    return cmocka_run_group_tests_name("hostile files", tests, NULL, NULL);
}
