/*
 * A connection that its maker gave values to before this program inherited it: what each mode leaves of them. With and
 * without the library.
 */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/twice.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void set_by_its_maker_stage(struct twice_stage *stage)
{
    int listener = loopback_listener();
    twice_keep(stage, loopback_connect(loopback_port(listener)));
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    close(listener);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &(int){15}, sizeof(int));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &(int){16}, sizeof(int));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &(int){17}, sizeof(int));
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &(int){18000}, sizeof(int));
    twice_give(stage, fd, 3);
}

static void values_set_by_its_maker(const char *mode, const struct twice_values *wanted)
{
    struct twice twice;
    char environment[512];
    struct twice_values own = {1, 15, 16, 17, 18000};
    snprintf(environment, sizeof environment, "%s\nTCPALIVE_MODE=%s", TWICE_SETTINGS, mode);
    struct twice_plan plan = {.probe = "use 3", .environment = environment, .stage = set_by_its_maker_stage};
    assert_int_equal(twice_run(&twice, &plan), 0);
    twice_expect_all(&twice.bare, NULL, &own);
    twice_expect_all(&twice.with, NULL, wanted);
    twice_free(&twice);
}

static void enforce_replaces_what_its_maker_set(void **state)
{
    (void)state;
    values_set_by_its_maker("enforce", &twice_asked);
}

static void tighten_takes_the_tighter_of_both(void **state)
{
    (void)state;
    values_set_by_its_maker("tighten", &(struct twice_values){1, 15, 7, 4, 18000});
}

static void respect_keeps_what_its_maker_set(void **state)
{
    (void)state;
    values_set_by_its_maker("respect", &(struct twice_values){1, 15, 16, 17, 18000});
}

/* A user timeout that the policy does not name is its maker's. */
static void user_timeout_set_by_its_maker(const char *mode, int wanted)
{
    struct twice twice;
    char environment[128];
    snprintf(environment, sizeof environment, "TCPALIVE_IDLE=9s\nTCPALIVE_MODE=%s", mode);
    struct twice_plan plan = {.probe = "use 3", .environment = environment, .stage = set_by_its_maker_stage};
    assert_int_equal(twice_run(&twice, &plan), 0);
    assert_int_equal(twice.bare.seen[0].socket.user_timeout, 18000);
    assert_int_equal(twice.with.seen[0].socket.user_timeout, wanted);
    twice_free(&twice);
}

static void enforce_leaves_its_makers_user_timeout(void **state)
{
    (void)state;
    user_timeout_set_by_its_maker("enforce", 18000);
}

static void tighten_leaves_its_makers_user_timeout(void **state)
{
    (void)state;
    user_timeout_set_by_its_maker("tighten", 18000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(enforce_replaces_what_its_maker_set, child_stop_all),
        cmocka_unit_test_teardown(tighten_takes_the_tighter_of_both, child_stop_all),
        cmocka_unit_test_teardown(respect_keeps_what_its_maker_set, child_stop_all),
        cmocka_unit_test_teardown(enforce_leaves_its_makers_user_timeout, child_stop_all),
        cmocka_unit_test_teardown(tighten_leaves_its_makers_user_timeout, child_stop_all),
    };
    return cmocka_run_group_tests_name("maker", tests, NULL, NULL);
}
