/* The harness itself: what other tests take for granted about children and about the oracle. */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/oracle.h"
#include "harness/scene.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct child *shell(const char *script)
{
    return child_start(&(struct child_plan){.argv = (const char *[]){"sh", "-c", script, NULL}});
}

static void exit_status_is_counted_as_a_shell_does(void **state)
{
    (void)state;
    assert_int_equal(child_wait(shell("exit 7"), CHILD_DEADLINE_MS), 7);
    assert_int_equal(child_wait(shell("kill -TERM $$"), CHILD_DEADLINE_MS), 128 + SIGTERM);
    struct child *missing = child_start(&(struct child_plan){.argv = (const char *[]){"/nowhere", NULL}});
    assert_int_equal(child_wait(missing, CHILD_DEADLINE_MS), 127);
}

static void deadline_passes(void **state)
{
    (void)state;
    struct child *child = shell("exec sleep 100");
    assert_int_equal(child_wait(child, 50), -1);
    assert_null(child_line(child, 50));
}

static void both_outputs_are_read_whole(void **state)
{
    (void)state;
    struct child *child = shell("head -c 300000 /dev/zero | tr '\\0' x; echo; echo one; echo two >&2; "
                                "head -c 300000 /dev/zero | tr '\\0' y >&2");
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_int_equal(strlen(child_output(child)), 300000 + 1 + 4);
    assert_int_equal(strlen(child_errors(child)), 4 + 300000);
    assert_int_equal(child_line_with(child, "one", 0), 0);
    assert_int_equal(child_error_with(child, "two", 0), 0);
}

static void environment_is_the_given_one(void **state)
{
    (void)state;
    char seen[4096];
    const char *more[] = {"TCPALIVE_IDLE=5s", NULL};
    setenv("TCPALIVE_PROBES", "9", 1);
    struct child_plan plan = {.argv = (const char *[]){"env", NULL}, .environment = more};
    assert_int_equal(child_run(&plan, seen, sizeof seen), 0);
    unsetenv("TCPALIVE_PROBES");
    assert_non_null(strstr(seen, "TCPALIVE_IDLE=5s"));
    assert_null(strstr(seen, "TCPALIVE_PROBES"));
}

static void stop_ends_the_whole_group(void **state)
{
    (void)state;
    struct child *child = shell("sleep 100 & echo $!; wait");
    pid_t grandchild = atoi(child_line(child, CHILD_DEADLINE_MS));
    assert_int_equal(kill(grandchild, 0), 0);
    child_stop(child);
    for (int tries = 0; tries < 3000 && kill(grandchild, 0) == 0; tries++)
        usleep(10000); /* until its new parent has reaped it */
    assert_int_equal(kill(grandchild, 0), -1);
}

static void descriptors_arrive_under_their_numbers(void **state)
{
    (void)state;
    char seen[64];
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(write(ends[1], "hello\n", 6), 6);
    close(ends[1]);
    const struct child_descriptor list[] = {{ends[0], 7}, {-1, -1}};
    struct child_plan plan = {.argv = (const char *[]){"sh", "-c", "cat <&7", NULL}, .descriptors = list};
    assert_int_equal(child_run(&plan, seen, sizeof seen), 0);
    assert_string_equal(seen, "hello\n");
    close(ends[0]);
}

static void oracle_reads_what_was_set(void **state)
{
    (void)state;
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &(int){31}, sizeof(int)), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &(int){32}, sizeof(int)), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &(int){33}, sizeof(int)), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &(int){34567}, sizeof(int)), 0);
    assert_int_equal(listen(fd, 1), 0);
    const struct child_descriptor list[] = {{fd, 9}, {-1, -1}};
    struct child *child =
        child_start(&(struct child_plan){.argv = (const char *[]){"sh", "-c", "sleep 100", NULL}, .descriptors = list});
    assert_true(child_listens(child, 0, CHILD_DEADLINE_MS) > 0);
    struct oracle_socket seen;
    assert_int_equal(oracle_read(child_pid(child), 9, &seen), 0);
    assert_int_equal(seen.domain, AF_INET6);
    assert_int_equal(seen.protocol, IPPROTO_TCP);
    assert_int_equal(seen.listening, 1);
    assert_int_equal(seen.keepalive, 1);
    assert_int_equal(seen.idle, 31);
    assert_int_equal(seen.interval, 32);
    assert_int_equal(seen.probes, 33);
    assert_int_equal(seen.user_timeout, 34567);
    struct oracle_socket all[4];
    assert_int_equal(oracle_tree(child_pid(child), all, 4), 1);
    close(fd);
}

#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(exit_status_is_counted_as_a_shell_does),
        TEST(deadline_passes),
        TEST(both_outputs_are_read_whole),
        TEST(environment_is_the_given_one),
        TEST(stop_ends_the_whole_group),
        TEST(descriptors_arrive_under_their_numbers),
        TEST(oracle_reads_what_was_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
