/*
 * What the shells offer behind `tcpalive`: completions.sh asks each of them.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/script.h"

enum { PATIENCE = 4 };

static void offers_what_may_follow(void **state)
{
    const char *argv[] = {"tests/delivery/completions.sh", *state, scene_build("completions"), NULL};
    script_holds(argv, PATIENCE * CHILD_DEADLINE_MS);
}

#define SHELL(name)                                                                                                    \
    {                                                                                                                  \
        name, offers_what_may_follow, NULL, child_stop_all, name                                                       \
    }

int main(void)
{
    static const struct CMUnitTest tests[] = {SHELL("bash"), SHELL("zsh"), SHELL("fish")};
    return cmocka_run_group_tests_name("completions", tests, NULL, NULL);
}
