/*
 * What leaves the house for other machines: packages.sh builds it and looks at what came out.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/script.h"

enum { PATIENCE = 12 };

static void comes_out_right(void **state)
{
    const char *argv[] = {"tests/delivery/packages.sh", *state, NULL};
    script_holds(argv, PATIENCE * CHILD_DEADLINE_MS);
}

#define CHECK(name)                                                                                                    \
    {                                                                                                                  \
        name, comes_out_right, NULL, child_stop_all, name                                                              \
    }

int main(void)
{
    static const struct CMUnitTest tests[] = {CHECK("deb"), CHECK("rpm"), CHECK("apk"), CHECK("static")};
    return cmocka_run_group_tests_name("packages", tests, NULL, NULL);
}
