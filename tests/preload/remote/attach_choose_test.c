/* Which processes and sockets `tcpalive attach` takes, what --dry-run and --undo do, and whose defaults count. */
#include "attach.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/scene.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct oracle_socket sockets[POLICY_ROOM];

static size_t read_sockets(const struct child *child)
{
    ssize_t count = oracle_tree(child_pid(child), sockets, POLICY_ROOM);
    assert_true(count >= 7);
    return (size_t)count;
}

static void by_name(void **state)
{
    (void)state;
    /* A name of this test's own: others may run programs of the same file. */
    char copy[256], name[16];
    snprintf(name, sizeof name, "t%d", (int)getpid());
    snprintf(copy, sizeof copy, "cp %s %s && exec %s", place_file("tests/direct/static"), place_path(name),
             place_path(name));
    const char *argv[] = {"sh", "-c", copy, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    size_t count = read_sockets(child);
    attach_run(0, 0, 0, (const char *[]){"--program", "no-such-*", NULL});
    assert_int_equal(attach_reached(child_pid(child)), 0);
    struct child *attaching = attach_run(0, 0, 0, (const char *[]){"--program", name, NULL});
    assert_int_equal(attach_reached(child_pid(child)), count);
    assert_string_equal(child_errors(attaching), "");
}

static void a_name_is_no_number(void **state)
{
    (void)state;
    struct child *attaching = attach_run(0, 0, 125, (const char *[]){"nginx", NULL});
    assert_non_null(strstr(child_errors(attaching), "'nginx': must be a process number; --program "));
    attach_run(0, 0, 125, (const char *[]){"--program", "a/b", NULL});
    attach_run(0, 0, 125, (const char *[]){"--unit", "a/b", NULL});
    attach_run(1, 0, 125, (const char *[]){"--all", NULL});
    attach_run(1, 0, 125, (const char *[]){"--undo", "--watch", NULL});
    attaching = attach_run(0, 0, 1, (const char *[]){"--unit", "no-such-unit-here", NULL});
    assert_string_equal(child_errors(attaching),
                        "tcpalive: unit 'no-such-unit-here': no control group has its name: it does not run\n");
}

static void lists_and_ranges_of_ports(void **state)
{
    char ports[64];
    int port[2];
    (void)state;
    struct child *child = attach_start("tests/direct/static", NULL, 0);
    size_t count = read_sockets(child);
    policy_ports(sockets, count, port);
    struct child *attaching = attach_run(child_pid(child), 0, 125, (const char *[]){"--port", "80,", NULL});
    assert_non_null(strstr(child_errors(attaching), "'80,': must be 1..65535"));
    snprintf(ports, sizeof ports, "1,%d", port[0]);
    attach_run(child_pid(child), 0, 0, (const char *[]){"--port", ports, NULL});
    size_t on_one = attach_reached(child_pid(child));
    assert_true(on_one >= 4 && (on_one < count || !port[1]));
    attach_run(child_pid(child), 0, 0, (const char *[]){"--port", "1-65535", NULL});
    assert_int_equal(attach_reached(child_pid(child)), count);
}

static void a_dry_run_sets_nothing(void **state)
{
    char wanted[64];
    (void)state;
    struct child *child = attach_start("tests/direct/static", NULL, 0);
    size_t count = read_sockets(child);
    snprintf(wanted, sizeof wanted, "%zu would be set, 0 left alone, 0 refused\n", count);
    struct child *attaching = attach_run(child_pid(child), 0, 0, (const char *[]){"--dry-run", NULL});
    assert_string_equal(child_output(attaching), wanted);
    assert_int_equal(attach_reached(child_pid(child)), 0);
    attaching = attach_run(child_pid(child), 0, 0, (const char *[]){"--dry-run", "--verbose", NULL});
    assert_non_null(strstr(child_output(attaching), " LISTEN: no keepalive (would be set)\n"));
    attach_run(child_pid(child), 0, 0, NULL);
    attaching = attach_run(child_pid(child), 0, 0, (const char *[]){"--dry-run", NULL});
    assert_string_equal(child_output(attaching), "0 would be set, 0 left alone, 0 refused\n");
    attaching = attach_run(child_pid(child), 0, 0, (const char *[]){"--dry-run", "--undo", NULL});
    snprintf(wanted, sizeof wanted, "%zu would be undone, 0 left alone, 0 refused\n", count);
    assert_string_equal(child_output(attaching), wanted);
    assert_int_equal(attach_reached(child_pid(child)), count);
}

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
    size_t count = read_sockets(child);
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

/* What was named and can have no sockets is said to be so. */
static void named_for_nothing(void **state)
{
    (void)state;
    char number[16];
    pid_t ended = fork();
    if (ended == 0)
        _exit(0);
    assert_int_equal(waitid(P_PID, (id_t)ended, &(siginfo_t){0}, WEXITED | WNOWAIT), 0);
    struct child *attaching = attach_run(ended, 0, 1, (const char *[]){NULL});
    assert_non_null(strstr(child_errors(attaching), "has ended"));
    snprintf(number, sizeof number, "%d", (int)ended);
    const char *argv[] = {place_file("tcpalive"), "list", "--pid", number, NULL};
    struct child *listing = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_wait(listing, CHILD_DEADLINE_MS), 1);
    assert_non_null(strstr(child_errors(listing), "has ended"));
    waitpid(ended, NULL, 0);
}

/* As they are on sockets that nobody touched; but a window's bound cannot be told. */
static void undo_takes_the_other_options_back(void **state)
{
    (void)state;
    int before[2][3];
    struct child *child = attach_start("tests/direct/static", NULL, 0);
    read_sockets(child);
    for (int i = 0; i < 2; i++)
        memcpy(before[i], (int[]){sockets[i].syncnt, sockets[i].defer_accept, sockets[i].maxseg}, sizeof before[i]);
    attach_run(
        child_pid(child), 0, 0,
        (const char *[]){"--syncnt", "3", "--defer-accept", "9s", "--maxseg", "600", "--window-clamp", "70000", NULL});
    read_sockets(child);
    assert_int_equal(sockets[0].syncnt, 3);
    struct child *attaching = attach_run(child_pid(child), 0, 0,
                                         (const char *[]){"--undo", "--syncnt", "3", "--defer-accept", "9s", "--maxseg",
                                                          "600", "--window-clamp", "70000", NULL});
    assert_non_null(strstr(child_errors(attaching), "'--window-clamp': stays"));
    read_sockets(child);
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
    read_sockets(child);
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

static int is_reached(void *child)
{
    return oracle_tree(child_pid(child), sockets, POLICY_ROOM) >= 7 && policy_on(&sockets[0]);
}

/* The named process ends; what it started is watched until that ends, too. */
static void a_tree_is_watched_until_its_last_process_ends(void **state)
{
    char script[1024], number[16];
    (void)state;
    snprintf(script, sizeof script, "mkfifo %s; { sleep 1; exec %s <%s; } & echo begun; exec 3<>%s; sleep 60",
             place_path("hold"), place_file("tests/direct/static"), place_path("hold"), place_path("hold"));
    const char *argv[] = {"sh", "-c", script, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(child, "begun", CHILD_DEADLINE_MS), 0);
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    const char *watch[] = {
        place_file("tcpalive"), "attach", POLICY_SETTINGS, "--tree", "--watch", "--verbose", number, NULL};
    struct child *watching = child_start(&(struct child_plan){.argv = watch});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    assert_int_equal(scene_until(is_reached, child, CHILD_DEADLINE_MS), 0);
    kill(child_pid(child), SIGKILL); /* the shell alone */
    assert_int_equal(child_wait(watching, 1500), -1);
    child_stop(child); /* its whole group */
    assert_int_equal(child_wait(watching, CHILD_DEADLINE_MS), 0);
}

static int group_is_gone(void *folder)
{
    return rmdir(folder) == 0;
}

static void by_unit(void **state)
{
    static const char *const mounts[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
    char folder[128] = "", name[64], inside[192], number[16];
    (void)state;
    snprintf(name, sizeof name, "tcpalive-test-%d", (int)getpid());
    for (size_t i = 0; i < 2; i++) {
        char controllers[128];
        snprintf(controllers, sizeof controllers, "%s/cgroup.controllers", mounts[i]);
        if (access(controllers, F_OK) == 0)
            snprintf(folder, sizeof folder, "%s/%s.service", mounts[i], name);
    }
    snprintf(inside, sizeof inside, "%s/worker", folder);
    if (!*folder || getuid() != 0 || mkdir(folder, 0755) != 0 || mkdir(inside, 0755) != 0)
        skip(); /* no control groups of version 2 that can be written */
    struct child *child = attach_start("tests/direct/static", NULL, 0);
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    strcat(inside, "/cgroup.procs");
    int fd = open(inside, O_WRONLY | O_CLOEXEC);
    ssize_t moved = write(fd, number, strlen(number));
    close(fd);
    *strrchr(inside, '/') = '\0';
    size_t count = read_sockets(child), reached[2];
    attach_run(0, 0, 0, (const char *[]){"--unit", name, "--port", "1", NULL});
    reached[0] = attach_reached(child_pid(child));
    attach_run(0, 0, 0, (const char *[]){"--unit", name, NULL});
    reached[1] = attach_reached(child_pid(child));
    child_stop(child);
    assert_int_equal(scene_until(group_is_gone, inside, CHILD_DEADLINE_MS), 0);
    assert_int_equal(scene_until(group_is_gone, folder, CHILD_DEADLINE_MS), 0);
    assert_true(moved > 0);
    assert_int_equal(reached[0], 0);
    assert_int_equal(reached[1], count);
}

static void names_command_no_terminal(void **state)
{
    char name[16], copy[512];
    (void)state;
    snprintf(name, sizeof name, "\033]0;x\a\n\x9b%d", (int)getpid() % 1000);
    snprintf(copy, sizeof copy, "cp %s '%s' && exec '%s'", place_file("tests/direct/static"), place_path(name),
             place_path(name));
    const char *argv[] = {"sh", "-c", copy, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    struct child *attaching = attach_run(child_pid(child), 0, 0, (const char *[]){"--verbose", NULL});
    assert_null(strpbrk(child_output(attaching), "\033\a\x9b"));
    assert_non_null(strstr(child_output(attaching), " ?]0;x???"));
}

static void output_that_cannot_be_written(void **state)
{
    (void)state;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct child *child = attach_start("tests/direct/static", NULL, 0);
    char number[16];
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    const struct child_descriptor given[] = {{full, 1}, {-1, -1}};
    static const char *const how[] = {"--verbose", "--dry-run", "--watch", "--undo"};
    for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
        const char *argv[] = {place_file("tcpalive"), "attach", POLICY_SETTINGS, "--verbose", how[i], number, NULL};
        struct child *attaching = child_start(&(struct child_plan){.argv = argv, .descriptors = given});
        assert_int_equal(child_wait(attaching, CHILD_DEADLINE_MS), 125);
        assert_string_equal(child_errors(attaching), "tcpalive: output: No space left on device\n");
    }
    close(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ATTACH_TEST(by_name),
        ATTACH_TEST(a_name_is_no_number),
        ATTACH_TEST(lists_and_ranges_of_ports),
        ATTACH_TEST(a_dry_run_sets_nothing),
        ATTACH_TEST(undo_goes_back_to_the_namespaces_own_values),
        ATTACH_TEST(named_for_nothing),
        ATTACH_TEST(undo_takes_the_other_options_back),
        ATTACH_TEST(undo_leaves_what_the_program_set),
        ATTACH_TEST(modes_compare_with_the_programs_namespace),
        ATTACH_TEST(a_tree_is_watched_until_its_last_process_ends),
        ATTACH_TEST(by_unit),
        ATTACH_TEST(names_command_no_terminal),
        ATTACH_TEST(output_that_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
