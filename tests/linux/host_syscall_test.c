/* Programs that make their sockets through the C library's syscall(), and other uses of it. With and without the library. */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"

#include <stdlib.h>
#include <string.h>

#define SETTINGS "TCPALIVE_IDLE=31s\nTCPALIVE_INTERVAL=7s\nTCPALIVE_PROBES=4\nTCPALIVE_USER_TIMEOUT=45s"
#define RULE "TCPALIVE_RULES=any * idle=31s interval=7s probes=4 user-timeout=45s"

static const struct twice_values asked = {1, 31, 7, 4, 45000};

static void by_number(void **state) {
    struct twice twice;
    static const char *const names[] = {"listener", "client", "accepted", "fastopen"};
    assert_int_equal(twice_run(&twice, &(struct twice_plan){.probe = "raw", .environment = *state}), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        twice_expect_all(&twice.bare, names[i], &twice_untouched);
        twice_expect_all(&twice.with, names[i], &asked);
    }
    twice_expect_all(&twice.bare, "set", &(struct twice_values){0, 15, TWICE_SYSTEM, TWICE_SYSTEM, 0});
    twice_expect_all(&twice.with, "set", &asked);
    twice_free(&twice);
}

/* A call that returns twice on one stack passes through: what it prints is compared. */
static void second_return(void **state) {
    struct twice twice;
    if (twice_run(&twice, &(struct twice_plan){.probe = "raw-second-return", .environment = *state}) != 0) {
        print_message("not possible here: %s", twice.bare.transcript);
        twice_free(&twice);
        skip();
    }
    assert_string_equal(twice.with.transcript, "waitpid 1 kept\nchild ended with 7\nwaitpid 1 kept\nchild ended with 7\nready\n");
    twice_free(&twice);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        {"by_number, plain", by_number, NULL, child_stop_all, SETTINGS},
        {"by_number, by rule", by_number, NULL, child_stop_all, RULE},
        {"second_return", second_return, NULL, child_stop_all, SETTINGS},
        {"second_return, switched off", second_return, NULL, child_stop_all, "TCPALIVE=off"},
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return cmocka_run_group_tests_name("syscall", tests, NULL, NULL);
}
