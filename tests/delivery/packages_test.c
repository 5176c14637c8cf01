/*
 * What leaves the house for other machines: packages.sh builds it and looks at what came out.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"

enum { MISSING_HERE = 77, PATIENCE = 12 };

static void comes_out_right(void **state)
{
    const char *argv[] = {"tests/delivery/packages.sh", *state, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    int status = child_wait(child, PATIENCE * CHILD_DEADLINE_MS);
    if (status == MISSING_HERE) {
        print_message("%s", child_output(child));
        skip();
    }
    if (status != 0)
        fail_msg("%s%s", child_output(child), child_errors(child));
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
