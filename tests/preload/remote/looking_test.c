/* Looking changes nothing: a program's files are not closed on its file system, and its sockets keep their class. */
#include "attach.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/scene.h"
#include "slow_file.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SWEEPS_MS = 1200, GIVEN = 9 };

static char number[16];

static const char *own_number(const struct child *child)
{
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    return number;
}

/* A program with sockets and, as descriptor 9, the slow file; nobody else holds that. */
static struct child *start_with_file(const char *const words[], int file)
{
    const struct child_descriptor given[] = {{file, GIVEN}, {-1, -1}};
    struct child *child = child_start(&(struct child_plan){.argv = words, .descriptors = given});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    return child;
}

static int ended(const char *const words[])
{
    struct child *child = child_start(&(struct child_plan){.argv = words});
    int status = child_wait(child, CHILD_DEADLINE_MS);
    child_stop(child);
    return status;
}

static void no_file_is_closed(void **state)
{
    (void)state;
    if (getuid() != 0)
        skip();
    int file = slow_file_open();
    if (file < 0)
        skip(); /* no FUSE, or no mounts, here */
    const char *talk[] = {place_file("tests/direct/static"), NULL};
    const char *supervised[] = {place_file("tcpalive"),       "run",   "--method", "supervise", "--rules",
                                "accept 10.0.0.0/8 idle=30s", talk[0], NULL};
    struct child *child = start_with_file(talk, file), *swept = start_with_file(supervised, file);
    const char *pid = own_number(child);
    close(file);
    slow_file_answers(0);
    slow_file_forget();
    const char *list[] = {place_file("tcpalive"), "list", "--pid", pid, NULL};
    const char *attach[] = {place_file("tcpalive"), "attach", POLICY_SETTINGS, pid, NULL};
    const char *watch[] = {place_file("tcpalive"), "attach", POLICY_SETTINGS, "--watch", pid, NULL};
    assert_int_equal(ended(list), 0);
    assert_int_equal(ended(attach), 0);
    struct child *watching = child_start(&(struct child_plan){.argv = watch});
    poll(NULL, 0, SWEEPS_MS);
    child_stop(watching);
    int closes = slow_file_closes();
    slow_file_answers(1);
    assert_int_equal(closes, 0);
    assert_true(attach_reached(child_pid(child)) >= 7);
    child_stop(swept);
    child_stop(child);
    assert_true(slow_file_closes() > 0); /* a close of theirs is heard of: the count means something */
}

static int with_file(void **state)
{
    slow_file_end();
    return child_stop_all(state);
}

/* ss(8) asks the kernel for the class of the sockets on a port. */
static int sockets_of_class(int port, const char *class)
{
    static char output[1 << 16];
    char filter[64];
    int count = 0;
    snprintf(filter, sizeof filter, "sport = :%d or dport = :%d", port, port);
    const char *argv[] = {"ss", "-Htan", "--tos", filter, NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, output, sizeof output), 0);
    for (const char *at = output; (at = strstr(at, class)); at++)
        count++;
    return count;
}

static void write_to(const char *folder, const char *file, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

/*
 * A hierarchy of net_cls with one group in it, the program is in that one; what they have in common goes with the test.
 */
static bool class_group(char folder[128])
{
    const char *root = place_path("net_cls");
    if (getuid() != 0 || (mkdir(root, 0755) != 0 && errno != EEXIST) || unshare(CLONE_NEWNS) != 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount("none", root, "cgroup", 0, "net_cls") != 0)
        return false;
    snprintf(folder, 128, "%s/tcpalive-test-%d", root, (int)getpid());
    return mkdir(folder, 0755) == 0;
}

static int group_is_gone(void *folder)
{
    return rmdir(folder) == 0;
}

static void a_class_is_kept(void **state)
{
    static struct oracle_socket sockets[POLICY_ROOM];
    char folder[128], wanted[256];
    (void)state;
    if (!class_group(folder))
        skip(); /* no control groups of version 1 here */
    const char *argv[] = {place_file("tests/direct/static"), NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    write_to(folder, "cgroup.procs", own_number(child));
    write_to(folder, "net_cls.classid", "0x100001");
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    write_to(folder, "net_cls.classid", "0x100001"); /* those made before, too */
    const char *pid = own_number(child);
    snprintf(wanted, sizeof wanted,
             "tcpalive: process '%s': its sockets are in another net_cls or net_prio class and would move to this "
             "command's; --anyway does it\n",
             pid);
    const char *list[] = {place_file("tcpalive"), "list", "--pid", pid, NULL};
    struct child *listing = child_start(&(struct child_plan){.argv = list});
    assert_int_equal(child_wait(listing, CHILD_DEADLINE_MS), 1);
    assert_string_equal(child_errors(listing), wanted);
    assert_string_equal(child_errors(attach_run(child_pid(child), 0, 1, NULL)), wanted);
    char answer[64], port[16];
    const char *listed[] = {"sh", "-c", "ss -Hltnp | sed -n 's/.*127.0.0.1:\\([0-9]*\\) .*pid='$0',.*/\\1/p'", pid,
                            NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = listed}, answer, sizeof answer), 0);
    int number_of_port = atoi(answer), all = sockets_of_class(number_of_port, "class_id:");
    assert_true(number_of_port > 0 && all >= 4);
    assert_int_equal(sockets_of_class(number_of_port, "class_id:0x100001"), all);
    snprintf(port, sizeof port, "%d", number_of_port);
    attach_run(child_pid(child), 0, 0, (const char *[]){"--anyway", "--port", port, NULL});
    assert_true(oracle_process(child_pid(child), sockets, POLICY_ROOM) >= 7);
    assert_int_equal(sockets_of_class(number_of_port, "class_id:0x100001"), 0);
    child_stop(child);
    assert_int_equal(scene_until(group_is_gone, folder, CHILD_DEADLINE_MS), 0);
    umount(place_path("net_cls"));
}

/* The program enters the class after its start: what it connects then is its own, and no supervisor's. */
static void a_class_entered_later_is_kept(void **state)
{
    static const char script[] = "import socket, sys\n"
                                 "l = socket.create_server(('127.0.0.1', 0)); print('ready', flush=True)\n"
                                 "for line in sys.stdin:\n"
                                 "    c = socket.create_connection(l.getsockname())\n"
                                 "    print(c.getsockname()[1], c.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), "
                                 "flush=True)\n";
    char folder[128];
    int port, keepalive;
    (void)state;
    if (!class_group(folder))
        skip(); /* no control groups of version 1 here */
    const char *argv[] = {place_file("tcpalive"), "run", "--method", "supervise", "--", "python3", "-c", script, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    child_say(child, "\n");
    assert_int_equal(sscanf(child_line(child, CHILD_DEADLINE_MS), "%d %d", &port, &keepalive), 2);
    assert_int_equal(keepalive, 1);
    write_to(folder, "net_cls.classid", "0x100001");
    write_to(folder, "cgroup.procs", own_number(child));
    child_say(child, "\n"); /* at once */
    assert_int_equal(sscanf(child_line(child, CHILD_DEADLINE_MS), "%d %d", &port, &keepalive), 2);
    int with_class = sockets_of_class(port, "class_id:0x100001");
    int said = child_error_with(child, "in another net_cls or net_prio class by now", CHILD_DEADLINE_MS);
    child_stop(child);
    assert_int_equal(scene_until(group_is_gone, folder, CHILD_DEADLINE_MS), 0);
    umount(place_path("net_cls"));
    assert_true(with_class >= 1); /* the connecting end */
    assert_int_equal(keepalive, 0);
    assert_int_equal(said, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(no_file_is_closed, with_file),
        ATTACH_TEST(a_class_is_kept),
        ATTACH_TEST(a_class_entered_later_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
