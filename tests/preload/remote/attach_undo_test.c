/* `tcpalive attach --undo`, and whose defaults count. */
#include "attach.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/scene.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct oracle_socket sockets[POLICY_ROOM];

/* A program in a network namespace with defaults of its own. */
static struct child *start_elsewhere(const char *how)
{
    char script[512];
    snprintf(script, sizeof script,
             "ip link set lo up && echo 600 >/proc/sys/net/ipv4/tcp_keepalive_time &&"
             "echo 20 >/proc/sys/net/ipv4/tcp_keepalive_intvl && exec %s %s",
             place_file("tests/direct/static"), how);
    const char *argv[] = {"unshare", "--net", "sh", "-c", script, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        return NULL;
    return child;
}

static void expect_values(const struct child *child, int keepalive, int idle, int interval)
{
    size_t count = attach_read(child, sockets);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(sockets[i].keepalive, keepalive);
        assert_int_equal(sockets[i].idle, idle);
        assert_int_equal(sockets[i].interval, interval);
    }
}

static void undo_goes_back_to_the_namespaces_own_values(void **state)
{
    (void)state;
    if (getuid() != 0)
        skip();
    struct child *child = start_elsewhere("");
    if (!child)
        skip(); /* no network namespaces here */
    expect_values(child, 0, 600, 20);
    attach_run(child_pid(child), 0, 0, (const char *[]){"--user-timeout", "9s", NULL});
    expect_values(child, 1, POLICY_IDLE, POLICY_INTERVAL);
    struct child *other = attach_run(child_pid(child), 0, 0, (const char *[]){"--undo", "--idle", "42", NULL});
    assert_non_null(strstr(child_output(other), "0 undone, ")); /* they do not carry that policy */
    expect_values(child, 1, POLICY_IDLE, POLICY_INTERVAL);
    attach_run(child_pid(child), 0, 0, (const char *[]){"--undo", "--user-timeout", "9s", NULL});
    expect_values(child, 0, 600, 20);
    assert_int_equal(sockets[0].user_timeout, 0);
    assert_int_equal(sockets[0].probes, scene_sysctl("/proc/sys/net/ipv4/tcp_keepalive_probes"));
}

/* As they are on sockets that nobody touched; but a window's bound cannot be told. */
static void undo_takes_the_other_options_back(void **state)
{
    (void)state;
    int before[2][3];
    struct child *child = attach_start("tests/direct/static", NULL, 0);
    attach_read(child, sockets);
    for (int i = 0; i < 2; i++)
        memcpy(before[i], (int[]){sockets[i].syncnt, sockets[i].defer_accept, sockets[i].maxseg}, sizeof before[i]);
    attach_run(
        child_pid(child), 0, 0,
        (const char *[]){"--syncnt", "3", "--defer-accept", "9s", "--maxseg", "600", "--window-clamp", "70000", NULL});
    attach_read(child, sockets);
    assert_int_equal(sockets[0].syncnt, 3);
    struct child *attaching = attach_run(child_pid(child), 0, 0,
                                         (const char *[]){"--undo", "--syncnt", "3", "--defer-accept", "9s", "--maxseg",
                                                          "600", "--window-clamp", "70000", NULL});
    assert_non_null(strstr(child_errors(attaching), "'--window-clamp': stays"));
    attach_read(child, sockets);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sockets[i].syncnt, before[i][0]);
        assert_int_equal(sockets[i].defer_accept, before[i][1]);
        assert_int_equal(sockets[i].maxseg, before[i][2]);
    }
}

static void undo_leaves_what_the_program_set(void **state)
{
    (void)state;
    struct child *child = attach_start("tests/direct/static", "own", 0);
    struct child *attaching = attach_run(child_pid(child), 0, 0, (const char *[]){"--undo", NULL});
    assert_int_equal(strncmp(child_output(attaching), "0 undone, ", 10), 0);
    attach_read(child, sockets);
    assert_int_equal(sockets[0].keepalive, 1);
    assert_int_equal(sockets[0].idle, 15);
}

/* What differs from the defaults of the program's namespace is the program's; what equals them is nobody's. */
static void modes_compare_with_the_programs_namespace(void **state)
{
    static const char *const modes[] = {"respect", "tighten"};
    (void)state;
    if (getuid() != 0)
        skip();
    for (size_t i = 0; i < 2; i++) {
        struct child *child = start_elsewhere("");
        if (!child)
            skip();
        attach_run(child_pid(child), 0, 0, (const char *[]){"--mode", modes[i], NULL});
        expect_values(child, 1, POLICY_IDLE, POLICY_INTERVAL);
        child_stop(child);
        child = start_elsewhere("own");
        attach_run(child_pid(child), 0, 0, (const char *[]){"--mode", modes[i], NULL});
        expect_values(child, 1, 15, POLICY_INTERVAL);
        child_stop(child);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ATTACH_TEST(undo_goes_back_to_the_namespaces_own_values),
        ATTACH_TEST(undo_takes_the_other_options_back),
        ATTACH_TEST(undo_leaves_what_the_program_set),
        ATTACH_TEST(modes_compare_with_the_programs_namespace),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
