/*
 * Programs of every kind in a control group under a policy, their sockets' values read from outside, and bare, where
 * they must differ. The command has ended by then: what is seen is the kernel's doing.
 */
#include "cgroup.h"
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/place.h"
#include "harness/scene.h"
#include "harness/seen.h"
#include "harness/twice.h"
#include <stdio.h>
#include <unistd.h>

/* nginx asks for its own keepalive on its listener (play.sh), a Go client for its own after connecting. */
static void a_whole_group(bool wanted)
{
    char port[16], address[64];
    int number = twice_free_port();
    const char *go = place_file("tests/direct/go-static"), *probe = place_file("tests/probe");
    snprintf(port, sizeof port, "%d", number);
    snprintf(address, sizeof address, "127.0.0.1:%d/", number);
    struct child *nginx = cgroup_start(WORDS_OF("sh", "tests/targets/programs/play.sh", "nginx", port, place_path("")));
    assert_int_equal(child_listens(nginx, number, CHILD_DEADLINE_MS), number);
    struct child *clients[] = {cgroup_start_ready(WORDS_OF(go, address)),
                               cgroup_start_ready(WORDS_OF(probe, "ring", "client"))};
    cgroup_expect(nginx, wanted);
    cgroup_expect(clients[0], wanted);
    cgroup_expect(clients[1], wanted);
    if (!wanted)
        return;
    seen(child_pid(nginx), "cgroup", NULL);
    seen(child_pid(clients[0]), "cgroup", NULL);
    seen(child_pid(clients[1]), "cgroup", "io_uring");
}

static void nginx_a_go_client_and_io_uring(void **state)
{
    (void)state;
    cgroup_need();
    a_whole_group(false);
    child_stop_all(state);
    cgroup_put(WORDS_OF(POLICY_SETTINGS));
    a_whole_group(true);
}

static void every_kind_of_program(void **state)
{
    static const char *const files[] = {"tests/direct/dynamic",     "tests/direct/static", "tests/direct/static-i386",
                                        "tests/direct/static-musl", "tests/direct/go-cgo", "tests/direct/pascal"};
    (void)state;
    cgroup_need();
    cgroup_put(WORDS_OF(POLICY_SETTINGS));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *program = place_file(files[i]);
        if (program)
            cgroup_expect(cgroup_start_ready(WORDS_OF(program)), true);
        if (program)
            seen_file(program, NULL, "cgroup", NULL);
    }
}

static void nobody_outside_it(void **state)
{
    const char *argv[] = {place_file("tests/direct/static"), NULL};
    (void)state;
    cgroup_need();
    cgroup_put(WORDS_OF(POLICY_SETTINGS));
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    cgroup_expect(child, false);
}

static int has_accepted(void *pid)
{
    struct oracle_socket seen[POLICY_ROOM];
    return oracle_process(*(pid_t *)pid, seen, POLICY_ROOM) > 1;
}

/* Its listener is older than the policy and stays as it is; what it accepts from then on is under it. */
static void a_server_that_runs_already(void **state)
{
    char port[16];
    struct oracle_socket sockets[POLICY_ROOM];
    (void)state;
    cgroup_need();
    const char *nc[] = {"nc", "-h", NULL};
    if (child_run(&(struct child_plan){.argv = nc}, NULL, 0) == 127)
        skip();
    int number = twice_free_port();
    snprintf(port, sizeof port, "%d", number);
    struct child *server = cgroup_start(WORDS_OF("nc", "-lk", "127.0.0.1", port));
    pid_t pid = child_pid(server);
    assert_int_equal(child_listens(server, number, CHILD_DEADLINE_MS), number);
    cgroup_put(WORDS_OF(POLICY_SETTINGS));
    int client = loopback_connect(number);
    assert_int_equal(scene_until(has_accepted, &pid, CHILD_DEADLINE_MS), 0);
    ssize_t count = oracle_process(pid, sockets, POLICY_ROOM);
    for (ssize_t i = 0; i < count; i++)
        assert_int_equal(policy_on(&sockets[i]), !sockets[i].listening);
    close(client);
    seen(pid, "cgroup", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CGROUP_TEST(nginx_a_go_client_and_io_uring),
        CGROUP_TEST(every_kind_of_program),
        CGROUP_TEST(nobody_outside_it),
        CGROUP_TEST(a_server_that_runs_already),
    };
    return cmocka_run_group_tests(tests, cgroup_begin, cgroup_end);
}
