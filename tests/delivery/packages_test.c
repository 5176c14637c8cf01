/*
 * What leaves the house for other machines: packages.sh and fresh.sh build it and look at what came out.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/script.h"

enum { PATIENCE = 18 };

static void comes_out_right(void **state)
{
    const char *argv[] = {"tests/delivery/packages.sh", *state, NULL};
    script_holds(argv, PATIENCE * CHILD_DEADLINE_MS);
}

static void packages_of_alpine_come_and_go(void **state)
{
    (void)state;
    script_holds((const char *[]){"tests/delivery/fresh.sh", "musl", "packages", NULL}, PATIENCE * CHILD_DEADLINE_MS);
}

#define CHECK(name)                                                                                                    \
    {                                                                                                                  \
        name, comes_out_right, NULL, child_stop_all, name                                                              \
    }

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CHECK("headers"), CHECK("deb"),     CHECK("rpm"),
        CHECK("static"),  CHECK("windows"), cmocka_unit_test_teardown(packages_of_alpine_come_and_go, child_stop_all)};
    return cmocka_run_group_tests_name("packages", tests, NULL, NULL);
}
