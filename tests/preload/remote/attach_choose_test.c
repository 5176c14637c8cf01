/* Which processes and sockets `tcpalive attach` takes, and what it says of them. */
#include "attach.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/scene.h"
#include "harness/script.h"
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
    size_t count = attach_read(child, sockets);
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
    size_t count = attach_read(child, sockets);
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
    size_t count = attach_read(child, sockets);
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

/* As a program does that ends main with pthread_exit(3): its other threads go on, and its sockets are theirs. */
static void a_first_thread_that_has_ended_ends_no_watch(void **state)
{
    static const char script[] = "import ctypes, socket, sys, threading\n"
                                 "listener = socket.create_server(('127.0.0.1', 0))\n"
                                 "def later():\n"
                                 "    print('begun', flush=True)\n"
                                 "    sys.stdin.readline()\n"
                                 "    global client\n"
                                 "    client = socket.create_connection(listener.getsockname())\n"
                                 "    print('ready', flush=True)\n"
                                 "    sys.stdin.readline()\n"
                                 "threading.Thread(target=later).start()\n"
                                 "ctypes.CDLL(None).pthread_exit(None)\n";
    const char *argv[] = {"/usr/bin/python3", "-c", script, NULL};
    char number[16];
    (void)state;
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(child, "begun", CHILD_DEADLINE_MS), 0);
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    const char *watch[] = {place_file("tcpalive"), "attach", "--idle", "41", "--watch", "--verbose", number, NULL};
    struct child *watching = child_start(&(struct child_plan){.argv = watch});
    if (child_line_with(watching, " LISTEN: idle 41s", CHILD_DEADLINE_MS) != 0 &&
        strstr(child_errors(watching), "Operation not supported"))
        skip(); /* before Linux 6.9 there is no way to such a thread's descriptors */
    child_say(child, "\n");
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    assert_int_equal(child_line_with(watching, " ESTAB: idle 41s", CHILD_DEADLINE_MS), 0);
    child_close_stdin(child);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_int_equal(child_wait(watching, CHILD_DEADLINE_MS), 0);
}

static void a_number_that_is_anothers_by_then(void **state)
{
    const char *argv[] = {"tests/preload/remote/reuse.sh", place_file("tcpalive"), place_file("tests/probe"), NULL};
    (void)state;
    script_holds(argv, 8 * CHILD_DEADLINE_MS);
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
    size_t count = attach_read(child, sockets), reached[2];
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
        ATTACH_TEST(named_for_nothing),
        ATTACH_TEST(a_tree_is_watched_until_its_last_process_ends),
        ATTACH_TEST(a_first_thread_that_has_ended_ends_no_watch),
        ATTACH_TEST(a_number_that_is_anothers_by_then),
        ATTACH_TEST(by_unit),
        ATTACH_TEST(names_command_no_terminal),
        ATTACH_TEST(output_that_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
