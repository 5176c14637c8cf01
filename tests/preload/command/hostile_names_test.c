/* What others chose (names, files, settings) reaches no terminal by what we say of it (hostile_names.py). */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/script.h"

enum { PATIENCE = 10 };

static void no_terminal_is_reached(void **state)
{
    (void)state;
    script_holds((const char *[]){"/usr/bin/python3", "tests/preload/command/hostile_names.py", scene_build(""), NULL},
                 PATIENCE * CHILD_DEADLINE_MS);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(no_terminal_is_reached, child_stop_all)};
    return cmocka_run_group_tests_name("hostile names", tests, NULL, NULL);
}
