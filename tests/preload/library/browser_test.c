/*
 * A real browser with its sandbox on, under the library.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/script.h"

enum { PATIENCE = 6 };

static void lives_and_is_covered(void **state)
{
    (void)state;
    script_holds((const char *[]){"tests/targets/programs/browser.sh", scene_build(""), NULL},
                 PATIENCE * CHILD_DEADLINE_MS);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(lives_and_is_covered, child_stop_all)};
    return cmocka_run_group_tests_name("browser", tests, NULL, NULL);
}
