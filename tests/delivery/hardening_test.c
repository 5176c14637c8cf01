/* What each binary asks of the system and its compiler against misuse, read from the file itself. */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/script.h"

static void each_binary_is_hardened(void **state)
{
    const char *argv[] = {"tests/delivery/hardening.sh", scene_build(""), NULL};
    (void)state;
    script_holds(argv, 4 * CHILD_DEADLINE_MS);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(each_binary_is_hardened, child_stop_all)};
    return cmocka_run_group_tests_name("hardening", tests, NULL, NULL);
}
