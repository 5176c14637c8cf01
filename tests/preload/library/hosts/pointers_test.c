/*
 * Programs that hand pointers to the kernel which lead nowhere, or into a page that ends too soon: they get the
 * kernel's answer and go on. Under all that makes the library look at a call's arguments. With and without the library.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include <stdlib.h>
#include <string.h>

static const struct twice_values defaults = {1, 60, 10, 6, 0};

/* The last connect of the run is right up to its last byte. */
static void expect_answers(const char *family, const char *environment, const struct twice_values *wanted)
{
    char probe[32];
    struct twice twice;
    snprintf(probe, sizeof probe, "pointers %s", family);
    assert_int_equal(twice_run(&twice, &(struct twice_plan){.probe = probe, .environment = environment}), 0);
    assert_non_null(strstr(twice.bare.transcript, "connect -1 Bad address\n"));
    assert_non_null(strstr(twice.bare.transcript, "sendmmsg by number -1 Bad address\n"));
    assert_non_null(strstr(twice.bare.transcript, "connect 0 kept\nfd client"));
    twice_expect_all(&twice.bare, NULL, &twice_untouched);
    twice_expect_all(&twice.with, "client", wanted);
    twice_free(&twice);
}

struct pointers_case {
    const char *environment;
    const struct twice_values *wanted;
};

static const struct pointers_case plain = {"TCPALIVE=on", &defaults},
                                  rules = {"TCPALIVE_RULES=connect *" TWICE_VALUES, &twice_asked},
                                  log = {"TCPALIVE_LOG=info\nTCPALIVE_LOG_FILE=syslog", &defaults};

static void of_ipv4(void **state)
{
    const struct pointers_case *one = *state;
    expect_answers("inet", one->environment, one->wanted);
}

static void of_ipv6(void **state)
{
    const struct pointers_case *one = *state;
    expect_answers("inet6", one->environment, one->wanted);
}

/* Of children that are followed as well: the environment would be looked at. */
static void of_environments(void **state)
{
    struct twice twice;
    assert_int_equal(twice_run(&twice, &(struct twice_plan){.probe = "environments", .environment = *state}), 0);
    assert_non_null(strstr(twice.bare.transcript, "execve -1 Bad address\n"));
    assert_non_null(strstr(twice.bare.transcript, "execle -1 Bad address\n"));
    twice_free(&twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"of_ipv4, plain", of_ipv4, NULL, child_stop_all, (void *)&plain},
        {"of_ipv4, by rule", of_ipv4, NULL, child_stop_all, (void *)&rules},
        {"of_ipv4, with a log", of_ipv4, NULL, child_stop_all, (void *)&log},
        {"of_ipv6, plain", of_ipv6, NULL, child_stop_all, (void *)&plain},
        {"of_ipv6, by rule", of_ipv6, NULL, child_stop_all, (void *)&rules},
        {"of_ipv6, with a log", of_ipv6, NULL, child_stop_all, (void *)&log},
        {"of_environments", of_environments, NULL, child_stop_all, TWICE_SETTINGS},
        {"of_environments, followed", of_environments, NULL, child_stop_all, TWICE_SETTINGS "\nTCPALIVE_FOLLOW=on"},
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return cmocka_run_group_tests_name("pointers", tests, NULL, NULL);
}
