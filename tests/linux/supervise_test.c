/*
 * `tcpalive run` on programs that no preload reaches: the values of every socket read from outside, as root
 * and as an ordinary user, and bare, where they must differ. Then what a program can do to its supervisor,
 * and what the supervisor must never do to the program.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/oracle.h"
#include "harness/place.h"
#include "harness/scene.h"
#include "harness/seen.h"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { IDLE = 41, INTERVAL = 7, PROBES = 4, ROOM = 64, WORDS = 24, EXIT_OF_TALK = 7 };

#define SETTINGS "--idle", "41", "--interval", "7", "--probes", "4"

/* In the supervisor's environment, to tell it from those of other programs on this machine. */
static char mark[64];

struct start {
    const char *const *launcher; /* words before the program; NULL: bare */
    const char *program, *argument;
    uid_t uid;
    const struct child_descriptor *descriptors;
};

static struct child *begin(const struct start *start)
{
    const char *argv[WORDS] = {0}, *environment[] = {mark, NULL};
    size_t count = 0;
    for (const char *const *word = start->launcher; word && *word; word++)
        argv[count++] = *word;
    argv[count++] = start->program;
    argv[count++] = start->argument;
    assert_true(count < WORDS);
    return child_start(&(struct child_plan){
        .argv = argv, .environment = environment, .uid = start->uid, .descriptors = start->descriptors});
}

/* The sockets of the program once it is ready. It is the process that was started, whatever came before it.
 */
static size_t look(struct child *child, struct oracle_socket *seen)
{
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("it does not get ready: %s", child_errors(child));
    ssize_t count = oracle_process(child_pid(child), seen, ROOM);
    assert_true(count >= 3 && count <= ROOM); /* a listener and both ends of a connection */
    return (size_t)count;
}

static bool has_policy(const struct oracle_socket *seen)
{
    return seen->keepalive == 1 && seen->idle == IDLE && seen->interval == INTERVAL && seen->probes == PROBES;
}

static void expect_policy(struct child *child, bool wanted)
{
    struct oracle_socket seen[ROOM];
    size_t count = look(child, seen);
    for (size_t i = 0; i < count; i++)
        if (has_policy(&seen[i]) != wanted) {
            oracle_print(stderr, &seen[i]);
            fail_msg("%s", wanted ? "not under the policy" : "under the policy already");
        }
}

/* A process of this name started from here; its number, or 0. */
static pid_t find_supervisor(void)
{
    char path[300], text[8192];
    pid_t found = 0;
    DIR *proc = opendir("/proc");
    for (struct dirent *entry; proc && !found && (entry = readdir(proc));) {
        snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        FILE *file = fopen(path, "re");
        size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
        if (file)
            fclose(file);
        text[length] = '\0';
        if (strcmp(text, "tcpalive: supervisor") != 0)
            continue;
        snprintf(path, sizeof path, "/proc/%s/environ", entry->d_name);
        file = fopen(path, "re");
        length = file ? fread(text, 1, sizeof text - 1, file) : 0;
        if (file)
            fclose(file);
        if (memmem(text, length, mark, strlen(mark)))
            found = atoi(entry->d_name);
    }
    if (proc)
        closedir(proc);
    return found;
}

static int supervisor_is_gone(void *unused)
{
    (void)unused;
    return find_supervisor() == 0;
}

static void expect_no_supervisor(void)
{
    assert_int_equal(scene_until(supervisor_is_gone, NULL, CHILD_DEADLINE_MS), 0);
}

static const char *const *supervised(void)
{
    static const char *words[] = {NULL, "run", SETTINGS, "--method", "supervise", "--", NULL};
    words[0] = place_file("tcpalive");
    return words;
}

static const char *const *automatic(void)
{
    static const char *words[] = {NULL, "run", SETTINGS, "--strict", NULL};
    words[0] = place_file("tcpalive");
    return words;
}

static void reach_as(const char *program, uid_t uid)
{
    struct start start = {.program = program, .uid = uid};
    struct child *bare = begin(&start);
    expect_policy(bare, false);
    child_stop(bare);
    start.launcher = automatic();
    struct child *with = begin(&start);
    expect_policy(with, true);
    child_close_stdin(with);
    assert_int_equal(child_wait(with, CHILD_DEADLINE_MS), EXIT_OF_TALK);
    assert_string_equal(child_errors(with), "");
    child_stop(with);
    expect_no_supervisor();
}

static void reach(const char *file)
{
    const char *program = place_file(file);
    if (!program)
        skip();
    reach_as(program, 0);
    if (getuid() == 0)
        reach_as(program, PLACE_NOBODY);
    seen_file(program, NULL, "supervise", NULL);
}

#define REACH_TEST(name, file)                                                                                         \
    static void name(void **state)                                                                                     \
    {                                                                                                                  \
        (void)state;                                                                                                   \
        reach(file);                                                                                                   \
    }

REACH_TEST(static_program, "tests/direct/static")
REACH_TEST(static_pie, "tests/direct/static-pie")
REACH_TEST(static_musl, "tests/direct/static-musl")
REACH_TEST(static_i386, "tests/direct/static-i386")
REACH_TEST(go_static, "tests/direct/go-static")
REACH_TEST(go_cgo, "tests/direct/go-cgo")
REACH_TEST(pascal, "tests/direct/pascal")
REACH_TEST(pascal_threads, "tests/direct/pascal-threads")

static int free_port(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof name;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&name, length), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &length), 0);
    close(fd);
    return ntohs(name.sin_port);
}

/* A server and a client of busybox, each under a supervisor of its own. */
static void busybox(void **state)
{
    char server[128], client[128];
    struct oracle_socket seen[ROOM];
    const char *program = place_file("/bin/busybox");
    (void)state;
    if (!program)
        skip();
    int port = free_port();
    snprintf(server, sizeof server, "echo ready; exec %s nc -l -p %d", program, port);
    snprintf(client, sizeof client, "%s nc 127.0.0.1 %d", program, port);
    const char *words[] = {place_file("tcpalive"), "run", SETTINGS, program, "sh", "-c", NULL};
    struct child *listens = begin(&(struct start){.launcher = words, .program = server});
    assert_int_equal(child_listens(listens, port, CHILD_DEADLINE_MS), port);
    struct child *connects = begin(&(struct start){.launcher = words, .program = client});
    child_say(connects, "hello\n");
    assert_int_equal(child_line_with(listens, "hello", CHILD_DEADLINE_MS), 0);
    ssize_t count = oracle_tree(child_pid(listens), seen, ROOM);
    assert_true(count > 0);
    count += oracle_tree(child_pid(connects), seen + count, (size_t)(ROOM - count));
    for (ssize_t i = 0; i < count; i++)
        assert_true(has_policy(&seen[i]));
}

/* What stands after the program set its own 15 s of idle and 9 s of user timeout, before and after
 * connecting. */
static void expect_own(const char *mode, int idle, int interval, int user_timeout)
{
    struct oracle_socket seen[ROOM];
    const char *words[] = {
        place_file("tcpalive"), "run", SETTINGS, "--user-timeout", "5s", "--method", "supervise", "--mode", mode, NULL};
    struct child *child =
        begin(&(struct start){.launcher = words, .program = place_file("tests/direct/static"), .argument = "own"});
    size_t count = look(child, seen);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(seen[i].keepalive, 1);
        assert_int_equal(seen[i].idle, idle);
        assert_int_equal(seen[i].interval, interval);
        assert_int_equal(seen[i].user_timeout, user_timeout);
    }
    child_stop(child);
}

static void modes_answer_the_programs_own_calls(void **state)
{
    (void)state;
    expect_own("enforce", IDLE, INTERVAL, 5000);
    expect_own("tighten", 15, INTERVAL, 5000);
    expect_own("respect", 15, INTERVAL, 9000);
}

static void rules_decide_by_direction(void **state)
{
    struct oracle_socket seen[ROOM];
    const char *words[] = {place_file("tcpalive"),
                           "run",
                           SETTINGS,
                           "--method",
                           "supervise",
                           "--rules",
                           "connect 127.0.0.1 idle=55; connect * off; accept [::1] idle=33; accept * idle=66",
                           NULL};
    (void)state;
    struct child *child = begin(&(struct start){.launcher = words, .program = place_file("tests/direct/static")});
    size_t count = look(child, seen), accepted = 0;
    int port[2] = {0};
    for (size_t i = 0; i < count; i++)
        if (seen[i].listening)
            port[seen[i].domain == AF_INET6] = oracle_port(&seen[i].local);
    for (long long end = scene_now_ms() + CHILD_DEADLINE_MS; accepted < 3 && scene_now_ms() < end;) {
        accepted = 0; /* by the peer's address: only when the supervisor looked again */
        assert_int_equal(oracle_process(child_pid(child), seen, ROOM), count);
        for (size_t i = 0; i < count; i++)
            accepted += !seen[i].listening && seen[i].domain == AF_INET6 && seen[i].idle == 33;
        if (!port[1])
            break; /* no IPv6 here */
        usleep(20000);
    }
    for (size_t i = 0; i < count; i++) {
        bool v6 = seen[i].domain == AF_INET6;
        if (!seen[i].listening && oracle_port(&seen[i].peer) == port[v6])
            assert_int_equal(seen[i].keepalive ? seen[i].idle : 0, v6 ? 0 : 55);
        else if (!seen[i].listening)
            assert_int_equal(seen[i].idle, v6 ? 33 : 66);
    }
    child_stop(child);
}

static void a_listener_that_was_handed_over(void **state)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct oracle_socket seen;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)state;
    assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(fd, 1), 0);
    const struct child_descriptor given[] = {{fd, 9}, {-1, -1}};
    struct start start = {.program = place_file("tests/direct/static"), .descriptors = given};
    start.launcher = supervised();
    struct child *child = begin(&start);
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    assert_int_equal(oracle_read(child_pid(child), 9, &seen), 0);
    assert_true(has_policy(&seen));
    child_stop(child);
    close(fd);
}

/* The same lines with and without a supervisor, and a good connection at the end. */
static void strain(const char *how, const char *argument)
{
    char bare[8192];
    const char *program = place_file("tests/direct/strain");
    const char *plain[] = {program, how, argument, NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = plain}, bare, sizeof bare), 0);
    const char *words[WORDS] = {0};
    size_t count = 0;
    for (const char *const *word = supervised(); *word; word++)
        words[count++] = *word;
    words[count++] = program;
    struct start start = {.launcher = words, .program = how, .argument = argument};
    struct child *with = begin(&start);
    assert_int_equal(child_wait(with, CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_output(with), bare);
    assert_string_equal(child_errors(with), "idle 41\n");
    child_stop(with);
    expect_no_supervisor();
}

static void wrong_requests_get_the_kernels_own_errors(void **state)
{
    (void)state;
    strain("bad", NULL);
}

static void a_thousand_processes_at_once(void **state)
{
    (void)state;
    strain("many", "1000");
}

static void processes_killed_in_the_middle(void **state)
{
    (void)state;
    strain("killed", "200");
}

static void a_storm_of_signals(void **state)
{
    (void)state;
    strain("storm", NULL);
}

static void few_descriptors_are_enough(void **state)
{
    char script[1024];
    (void)state;
    snprintf(script, sizeof script, "ulimit -n 16; exec %s run --idle 41 --method supervise -- %s",
             place_file("tcpalive"), place_file("tests/direct/strain"));
    const char *argv[] = {"sh", "-c", script, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_errors(child), "idle 41\n");
    child_stop(child);
}

static void signals_are_the_programs(void **state)
{
    (void)state;
    struct child *child =
        begin(&(struct start){.launcher = supervised(), .program = place_file("tests/direct/static")});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    child_signal(child, SIGTERM);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 128 + SIGTERM);
    child_stop(child);
    expect_no_supervisor();
}

/* Readers of its output see the end as soon as the program and what it started let go, whoever still lives.
 */
static void output_ends_with_the_program(void **state)
{
    char script[1024];
    (void)state;
    snprintf(script, sizeof script,
             "left=$(%s run --method supervise -- sh -c 'setsid sleep 60 </dev/null >/dev/null 2>&1 & echo "
             "$!' 2>&1); "
             "kill $left && echo let go",
             place_file("tcpalive"));
    const char *argv[] = {"sh", "-c", script, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(child, "let go", CHILD_DEADLINE_MS), 0);
}

/* The program's own wait() must find no child (talk.c), even where orphans come back to the program. */
static void orphans_that_come_back(void **state)
{
    (void)state;
    const char *words[WORDS] = {place_file("tests/direct/reaper")};
    size_t count = 1;
    for (const char *const *word = supervised(); *word; word++)
        words[count++] = *word;
    struct child *child = begin(&(struct start){.launcher = words, .program = place_file("tests/direct/static")});
    expect_policy(child, true);
    child_close_stdin(child);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), EXIT_OF_TALK);
}

static void the_first_process_of_a_namespace(void **state)
{
    const char *words[WORDS] = {"unshare", "--pid", "--fork", "--mount-proc", "--kill-child"};
    const char *probe[] = {"unshare", "--pid", "--fork", "--mount-proc", "true", NULL};
    (void)state;
    if (child_run(&(struct child_plan){.argv = probe}, NULL, 0) != 0)
        skip();
    size_t count = 5;
    for (const char *const *word = supervised(); *word; word++)
        words[count++] = *word;
    struct child *child = begin(&(struct start){.launcher = words, .program = place_file("tests/direct/static")});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    child_close_stdin(child);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), EXIT_OF_TALK);
}

/* A second supervisor is not to be had: the program runs all the same, or with --strict not at all. */
static void one_supervisor_only(void **state)
{
    const char *words[WORDS] = {0};
    const char *tcpalive = place_file("tcpalive"), *program = place_file("tests/direct/strain");
    const char *inner[] = {tcpalive, "run", "--idle", "99", "--method", "supervise", NULL};
    size_t count = 0;
    (void)state;
    for (const char *const *word = supervised(); *word; word++)
        words[count++] = *word;
    for (const char *const *word = inner; *word; word++)
        words[count++] = *word;
    struct child *child = begin(&(struct start){.launcher = words, .program = program});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    char expected[1024];
    snprintf(expected, sizeof expected, "tcpalive: not reached '%s': it has a seccomp supervisor already\nidle 41\n",
             program);
    assert_string_equal(child_errors(child), expected);
    words[count++] = "--strict";
    child = begin(&(struct start){.launcher = words, .program = program});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 125);
    assert_non_null(strstr(child_errors(child), "refused"));
    expect_no_supervisor();
}

/* As in a container whose own filter forbids what is needed. */
static void forbidden(long number, const char *says)
{
    char text[16];
    snprintf(text, sizeof text, "%ld", number);
    const char *words[WORDS] = {place_file("tests/direct/forbid"), text};
    size_t count = 2;
    for (const char *const *word = supervised(); *word; word++)
        words[count++] = *word;
    struct child *child = begin(&(struct start){.launcher = words, .program = place_file("tests/direct/strain")});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    if (!strstr(child_errors(child), says) || !strstr(child_errors(child), "idle 7200"))
        fail_msg("expected \"%s\" in: %s", says, child_errors(child));
    expect_no_supervisor();
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    if (scene_sysctl("/proc/sys/net/ipv4/tcp_keepalive_time") != 7200)
        skip();
    forbidden(SYS_pidfd_getfd, "its descriptors may not be taken (pidfd_getfd): Operation not permitted");
    forbidden(SYS_seccomp, "seccomp user notification is not to be had here: Operation not permitted");
    forbidden(SYS_clone, "no process for a supervisor: Operation not permitted");
}

/* Yama as many distributions set it, played by a file of its name: a warning, and the program is reached. */
static void yama_keeps_the_supervisor_out_of_children(void **state)
{
    static const char stage[] = "set -e; mount -t tmpfs none /proc/sys/kernel; mkdir /proc/sys/kernel/yama; "
                                "echo 1 >/proc/sys/kernel/yama/ptrace_scope; "
                                "exec setpriv --reuid=65534 --clear-groups \"$@\"";
    const char *words[WORDS] = {"unshare", "--mount", "sh", "-c", stage, "sh"};
    const char *probe[] = {"unshare", "--mount", "sh", "-c", "mount -t tmpfs none /proc/sys/kernel", NULL};
    (void)state;
    if (getuid() != 0 || child_run(&(struct child_plan){.argv = probe}, NULL, 0) != 0)
        skip();
    size_t count = 6;
    for (const char *const *word = supervised(); *word; word++)
        words[count++] = *word;
    struct child *child = begin(&(struct start){.launcher = words, .program = place_file("tests/direct/strain")});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_errors(child), "tcpalive: not reached 'what it starts': kernel.yama.ptrace_scope lets a "
                                             "supervisor into the program alone\nidle 41\n");
}

/* A dynamic program that starts a static one: the preload alone would lose sight of it. */
static void both_methods_together(void **state)
{
    const char *tcpalive = place_file("tcpalive");
    char script[1024];
    (void)state;
    assert_non_null(place_file("libtcpalive.so"));
    snprintf(script, sizeof script, "env | grep -q LD_PRELOAD && %s; exit 3", place_file("tests/direct/strain"));
    const char *words[] = {tcpalive, "run", "--method", "both", SETTINGS, "sh", "-c", NULL};
    struct child *child = begin(&(struct start){.launcher = words, .program = script});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 3);
    assert_string_equal(child_errors(child), "idle 41\n");
    words[3] = "preload";
    child = begin(&(struct start){.launcher = words, .program = script});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 3);
    assert_string_not_equal(child_errors(child), "idle 41\n");
}

static void connections_are_logged(void **state)
{
    (void)state;
    const char *words[] = {place_file("tcpalive"), "run", SETTINGS, "--log", "info", "--method", "supervise", NULL};
    struct child *child = begin(&(struct start){.launcher = words, .program = place_file("tests/direct/strain")});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_non_null(strstr(child_errors(child), "tcpalive: connect 127.0.0.1:"));
    assert_non_null(strstr(child_errors(child), "idle 41s, interval 7s, probes 4\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(static_program, child_stop_all),
        cmocka_unit_test_teardown(static_pie, child_stop_all),
        cmocka_unit_test_teardown(static_musl, child_stop_all),
        cmocka_unit_test_teardown(static_i386, child_stop_all),
        cmocka_unit_test_teardown(go_static, child_stop_all),
        cmocka_unit_test_teardown(go_cgo, child_stop_all),
        cmocka_unit_test_teardown(pascal, child_stop_all),
        cmocka_unit_test_teardown(pascal_threads, child_stop_all),
        cmocka_unit_test_teardown(busybox, child_stop_all),
        cmocka_unit_test_teardown(modes_answer_the_programs_own_calls, child_stop_all),
        cmocka_unit_test_teardown(rules_decide_by_direction, child_stop_all),
        cmocka_unit_test_teardown(a_listener_that_was_handed_over, child_stop_all),
        cmocka_unit_test_teardown(wrong_requests_get_the_kernels_own_errors, child_stop_all),
        cmocka_unit_test_teardown(a_thousand_processes_at_once, child_stop_all),
        cmocka_unit_test_teardown(processes_killed_in_the_middle, child_stop_all),
        cmocka_unit_test_teardown(a_storm_of_signals, child_stop_all),
        cmocka_unit_test_teardown(few_descriptors_are_enough, child_stop_all),
        cmocka_unit_test_teardown(signals_are_the_programs, child_stop_all),
        cmocka_unit_test_teardown(output_ends_with_the_program, child_stop_all),
        cmocka_unit_test_teardown(orphans_that_come_back, child_stop_all),
        cmocka_unit_test_teardown(the_first_process_of_a_namespace, child_stop_all),
        cmocka_unit_test_teardown(one_supervisor_only, child_stop_all),
        cmocka_unit_test_teardown(what_is_missing_is_said, child_stop_all),
        cmocka_unit_test_teardown(yama_keeps_the_supervisor_out_of_children, child_stop_all),
        cmocka_unit_test_teardown(both_methods_together, child_stop_all),
        cmocka_unit_test_teardown(connections_are_logged, child_stop_all),
    };
    snprintf(mark, sizeof mark, "SUPERVISE_TEST_OF=%d", (int)getpid());
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
