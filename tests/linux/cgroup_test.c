/*
 * `tcpalive cgroup` on a control group of the test's own: programs of every kind in it, their sockets' values read from
 * outside, and bare, where they must differ. The command has ended by then: what is seen is the kernel's doing.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/oracle.h"
#include "harness/place.h"
#include "harness/scene.h"
#include "harness/seen.h"
#include "harness/twice.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { IDLE = 41, INTERVAL = 7, PROBES = 4, ROOM = 64, WORDS = 24 };

#define SETTINGS      "--idle", "41", "--interval", "7", "--probes", "4"
#define WORDS_OF(...) ((const char *const[]){__VA_ARGS__, NULL})

static char group[512], own_mount[512];
static const char *missing = "it takes root";

static bool make_group_below(const char *mount_point)
{
    int length = snprintf(group, sizeof group, "%s/tcpalive-test-%d", mount_point, (int)getpid());
    return length < (int)sizeof group && mkdir(group, 0755) == 0;
}

/* Where cgroup2 is mounted and may be written to; else in a mount namespace of the test's own. */
static bool make_group(void)
{
    char line[1024], where[512], type[64];
    bool made = false;
    FILE *mounts = fopen("/proc/self/mounts", "re");
    while (mounts && !made && fgets(line, sizeof line, mounts))
        made =
            sscanf(line, "%*s %511s %63s", where, type) == 2 && strcmp(type, "cgroup2") == 0 && make_group_below(where);
    if (mounts)
        fclose(mounts);
    if (made || unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return made;
    snprintf(own_mount, sizeof own_mount, "%s", place_path("groups"));
    return mkdir(own_mount, 0755) == 0 && mount("none", own_mount, "cgroup2", 0, NULL) == 0 &&
           make_group_below(own_mount);
}

/* `tcpalive cgroup words... GROUP` to its end; what it said is in child_errors() of the result. */
static struct child *command(int status, const char *const words[])
{
    const char *argv[WORDS] = {place_file("tcpalive"), "cgroup"};
    size_t count = 2;
    for (; *words; words++)
        argv[count++] = *words;
    argv[count] = group;
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    int ended = child_wait(child, CHILD_DEADLINE_MS);
    if (status >= 0 && ended != status)
        fail_msg("exit status %d: %s", ended, child_errors(child));
    return child;
}

static void put(const char *const words[])
{
    assert_string_equal(child_errors(command(0, words)), "");
}

static void detach(void)
{
    put(WORDS_OF("--detach"));
}

static struct child *start(const char *const words[])
{
    const char *argv[WORDS] = {"sh", "-c", "echo 0 >\"$0/cgroup.procs\" && exec \"$@\"", group};
    size_t count = 4;
    for (; *words; words++)
        argv[count++] = *words;
    return child_start(&(struct child_plan){.argv = argv});
}

static struct child *start_ready(const char *const words[])
{
    struct child *child = start(words);
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("it does not get ready: %s", child_errors(child));
    return child;
}

static bool has_policy(const struct oracle_socket *seen)
{
    return seen->keepalive == 1 && seen->idle == IDLE && seen->interval == INTERVAL && seen->probes == PROBES;
}

/* Of all sockets of the child and what it started, all or none. */
static void expect_policy(struct child *child, bool wanted)
{
    struct oracle_socket seen[ROOM];
    ssize_t count = oracle_tree(child_pid(child), seen, ROOM);
    assert_true(count > 0 && count <= ROOM);
    for (ssize_t i = 0; i < count; i++)
        if (has_policy(&seen[i]) != wanted) {
            oracle_print(stderr, &seen[i]);
            fail_msg("%s", wanted ? "not under the policy" : "under the policy");
        }
}

static int is_empty(void *unused)
{
    char path[600], text[256] = "";
    (void)unused;
    snprintf(path, sizeof path, "%s/cgroup.events", group);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    return length > 0 && strstr(text, "populated 0") != NULL;
}

static int end_case(void **state)
{
    child_stop_all(state);
    if (missing)
        return 0;
    command(-1, WORDS_OF("--detach"));
    child_stop_all(state);
    return scene_until(is_empty, NULL, CHILD_DEADLINE_MS);
}

/* Where no control group or no program for it is to be had, every case says why. */
static int begin_group(void **state)
{
    if (getuid() != 0)
        return 0;
    missing = make_group() ? NULL : "no cgroup2 may be written to or mounted here";
    if (missing)
        return 0;
    struct child *child = command(-1, WORDS_OF("--idle", "41"));
    if (strstr(child_errors(child), "Operation not permitted") || strstr(child_errors(child), "CONFIG_"))
        missing = "the kernel takes no bpf(2) programs from here";
    child_stop_all(state);
    return missing ? 0 : end_case(state);
}

static int end_group(void **state)
{
    if (*group)
        rmdir(group);
    if (*own_mount)
        umount2(own_mount, MNT_DETACH);
    return place_remove(state);
}

static void need_group(void)
{
    if (!missing)
        return;
    print_message("not here: %s\n", missing);
    skip();
}

/* nginx asks for its own keepalive on its listener (play.sh), a Go client for its own after connecting. */
static void a_whole_group(bool wanted)
{
    char port[16], address[64];
    int number = twice_free_port();
    const char *go = place_file("tests/direct/go-static"), *probe = place_file("tests/probe");
    snprintf(port, sizeof port, "%d", number);
    snprintf(address, sizeof address, "127.0.0.1:%d/", number);
    struct child *nginx = start(WORDS_OF("sh", "tests/linux/programs/play.sh", "nginx", port, place_path("")));
    assert_int_equal(child_listens(nginx, number, CHILD_DEADLINE_MS), number);
    struct child *clients[] = {start_ready(WORDS_OF(go, address)), start_ready(WORDS_OF(probe, "ring", "client"))};
    expect_policy(nginx, wanted);
    expect_policy(clients[0], wanted);
    expect_policy(clients[1], wanted);
    if (!wanted)
        return;
    seen(child_pid(nginx), "cgroup", NULL);
    seen(child_pid(clients[0]), "cgroup", NULL);
    seen(child_pid(clients[1]), "cgroup", "io_uring");
}

static void nginx_a_go_client_and_io_uring(void **state)
{
    (void)state;
    need_group();
    a_whole_group(false);
    child_stop_all(state);
    put(WORDS_OF(SETTINGS));
    a_whole_group(true);
}

static void every_kind_of_program(void **state)
{
    static const char *const files[] = {"tests/direct/dynamic",     "tests/direct/static", "tests/direct/static-i386",
                                        "tests/direct/static-musl", "tests/direct/go-cgo", "tests/direct/pascal"};
    (void)state;
    need_group();
    put(WORDS_OF(SETTINGS));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *program = place_file(files[i]);
        if (program)
            expect_policy(start_ready(WORDS_OF(program)), true);
        if (program)
            seen_file(program, NULL, "cgroup", NULL);
    }
}

static void nobody_outside_it(void **state)
{
    const char *argv[] = {place_file("tests/direct/static"), NULL};
    (void)state;
    need_group();
    put(WORDS_OF(SETTINGS));
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    expect_policy(child, false);
}

static int connect_to(int port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    name.sin_port = htons((uint16_t)port);
    assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof name), 0);
    return fd;
}

static int has_accepted(void *pid)
{
    struct oracle_socket seen[ROOM];
    return oracle_process(*(pid_t *)pid, seen, ROOM) > 1;
}

/* Its listener is older than the policy and stays as it is; what it accepts from then on is under it. */
static void a_server_that_runs_already(void **state)
{
    char port[16];
    struct oracle_socket seen[ROOM];
    (void)state;
    need_group();
    const char *nc[] = {"nc", "-h", NULL};
    if (child_run(&(struct child_plan){.argv = nc}, NULL, 0) == 127)
        skip();
    int number = twice_free_port();
    snprintf(port, sizeof port, "%d", number);
    struct child *server = start(WORDS_OF("nc", "-lk", "127.0.0.1", port));
    pid_t pid = child_pid(server);
    assert_int_equal(child_listens(server, number, CHILD_DEADLINE_MS), number);
    put(WORDS_OF(SETTINGS));
    int client = connect_to(number);
    assert_int_equal(scene_until(has_accepted, &pid, CHILD_DEADLINE_MS), 0);
    ssize_t count = oracle_process(pid, seen, ROOM);
    for (ssize_t i = 0; i < count; i++)
        assert_int_equal(has_policy(&seen[i]), !seen[i].listening);
    close(client);
}

/* talk's own values are 15 s of idle and 9 s of user timeout, set before and after connecting. */
static void modes_answer_the_programs_own_calls(void **state)
{
    static const struct {
        const char *mode;
        int idle, interval, user_timeout;
    } cases[] = {{"enforce", IDLE, INTERVAL, 5000}, {"tighten", 15, INTERVAL, 5000}, {"respect", 15, INTERVAL, 9000}};
    struct oracle_socket seen[ROOM];
    (void)state;
    need_group();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(WORDS_OF(SETTINGS, "--replace", "--user-timeout", "5s", "--mode", cases[i].mode));
        struct child *child = start_ready(WORDS_OF(place_file("tests/direct/static"), "own"));
        ssize_t count = oracle_process(child_pid(child), seen, ROOM);
        assert_true(count >= 7 && count <= ROOM);
        for (ssize_t s = 0; s < count; s++) {
            assert_int_equal(seen[s].keepalive, 1);
            assert_int_equal(seen[s].idle, cases[i].idle);
            assert_int_equal(seen[s].interval, cases[i].interval);
            assert_int_equal(seen[s].user_timeout, cases[i].user_timeout);
        }
    }
}

/* The number of the probe's connection, as it says itself. */
static int client_of(struct child *child)
{
    const char *line = strstr(child_output(child), "fd client ");
    assert_non_null(line);
    return atoi(line + strlen("fd client "));
}

/* The probe sets 15 s of idle, or switches keepalive off, on a connection that it has made. */
static void what_a_connected_socket_may_change(void **state)
{
    static const struct {
        const char *mode, *rules;
        int idle, still_on;
    } cases[] = {
        {"enforce", "any * idle=10", 10, 1}, {"tighten", "any * idle=10", 10, 1}, {"tighten", "any * idle=41", 15, 1},
        {"respect", "any * idle=10", 15, 0}, {"enforce", "any * off", 15, 0},     {"tighten", "any * off", 15, 0},
    };
    (void)state;
    need_group();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct oracle_socket seen;
        put(WORDS_OF("--replace", "--mode", cases[i].mode, "--rules", cases[i].rules));
        struct child *sets = start_ready(WORDS_OF(place_file("tests/probe"), "set", "connected"));
        assert_int_equal(oracle_read(child_pid(sets), client_of(sets), &seen), 0);
        assert_int_equal(seen.idle, cases[i].idle);
        struct child *switches = start_ready(WORDS_OF(place_file("tests/probe"), "set", "off"));
        assert_int_equal(oracle_read(child_pid(switches), client_of(switches), &seen), 0);
        assert_int_equal(seen.keepalive, cases[i].still_on);
    }
}

static void rules_decide_by_direction_and_peer(void **state)
{
    struct oracle_socket seen[ROOM];
    int port[2] = {0}; /* of the IPv4 and IPv6 listener */
    (void)state;
    need_group();
    put(WORDS_OF("--rules", "connect 127.0.0.0/8 idle=55; connect [::2] idle=5; connect * off; "
                            "accept 127.0.0.2 idle=6; accept [::1] idle=33; accept *:1-65535 idle=66"));
    struct child *child = start_ready(WORDS_OF(place_file("tests/direct/static")));
    ssize_t count = oracle_process(child_pid(child), seen, ROOM);
    assert_true(count >= 7 && count <= ROOM);
    for (ssize_t i = 0; i < count; i++)
        if (seen[i].listening)
            port[seen[i].domain == AF_INET6] = oracle_port(&seen[i].local);
    for (ssize_t i = 0; i < count; i++) {
        bool v6 = seen[i].domain == AF_INET6;
        if (seen[i].listening)
            assert_int_equal(seen[i].keepalive, 0); /* its connections are decided one by one */
        else if (oracle_port(&seen[i].peer) == port[v6])
            assert_int_equal(seen[i].keepalive ? seen[i].idle : 0, v6 ? 0 : 55);
        else
            assert_int_equal(seen[i].idle, v6 ? 33 : 66);
    }
}

static void ports_decide(void **state)
{
    char rules[128], address[64];
    struct oracle_socket seen[ROOM];
    (void)state;
    need_group();
    int number = twice_free_port();
    snprintf(rules, sizeof rules, "any *:%d idle=77; any *:%d-65535 idle=78; any * idle=79", number, number + 1);
    snprintf(address, sizeof address, "inet:%d", number);
    put(WORDS_OF("--rules", rules));
    struct child *child = start_ready(WORDS_OF(place_file("tests/probe"), "wildcard", address));
    ssize_t count = oracle_process(child_pid(child), seen, ROOM);
    assert_true(count > 0);
    for (ssize_t i = 0; i < count; i++)
        assert_int_equal(seen[i].idle, 77);
}

static void as_many_rules_as_there_may_be(void **state)
{
    static char rules[128 * 1024];
    size_t used = 0;
    (void)state;
    need_group();
    for (int i = 1; i < 1024; i++)
        used +=
            (size_t)snprintf(rules + used, sizeof rules - used, "any [2001:db8::%x]:%d-%d idle=%d;", i, i, i + 5, i);
    snprintf(rules + used, sizeof rules - used, "any * idle=41 interval=7 probes=4");
    put(WORDS_OF("--rules", rules));
    expect_policy(start_ready(WORDS_OF(place_file("tests/direct/static"))), true);
}

static void one_policy_at_a_time(void **state)
{
    char wanted[1024];
    (void)state;
    need_group();
    put(WORDS_OF(SETTINGS, "--rules", "connect *:22 off"));
    struct child *second = command(125, WORDS_OF("--idle", "99"));
    snprintf(wanted, sizeof wanted,
             "tcpalive: control group '%s': has a policy already: idle 41s, interval 7s, probes 4, user-timeout off, "
             "mode enforce, rules for connect *:22 (--replace takes its place)\n",
             group);
    assert_string_equal(child_errors(second), wanted);
    struct child *before = start_ready(WORDS_OF(place_file("tests/direct/static")));
    expect_policy(before, true);
    put(WORDS_OF("--idle", "99", "--replace"));
    expect_policy(start_ready(WORDS_OF(place_file("tests/direct/static"))), false);
    expect_policy(before, true); /* what it had it keeps */
    detach();
    assert_non_null(strstr(child_errors(command(125, WORDS_OF("--detach"))), "has no policy"));
}

static void a_group_above_has_the_last_word(void **state)
{
    char above[sizeof group];
    (void)state;
    need_group();
    put(WORDS_OF("--idle", "99"));
    memcpy(above, group, sizeof above);
    strncat(group, "/below", sizeof group - strlen(group) - 1);
    assert_int_equal(mkdir(group, 0755), 0);
    struct child *child = command(0, WORDS_OF(SETTINGS));
    bool warned = strstr(child_errors(child), "a group above it has a policy, which comes last: idle 99s") != NULL;
    rmdir(group);
    memcpy(group, above, sizeof group);
    assert_true(warned);
}

/* Nothing in it can run, not even what tries whether the kernel does all this. */
static void a_frozen_group(void **state)
{
    char path[600];
    (void)state;
    need_group();
    snprintf(path, sizeof path, "%s/cgroup.freeze", group);
    int freezer = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(freezer, "1", 1), 1);
    struct child *child = command(-1, WORDS_OF(SETTINGS));
    assert_int_equal(write(freezer, "0", 1), 1);
    close(freezer);
    assert_string_equal(child_errors(child), "");
    expect_policy(start_ready(WORDS_OF(place_file("tests/direct/static"))), true);
}

static int bpf(int what, union bpf_attr *attr)
{
    return (int)syscall(SYS_bpf, what, attr, sizeof *attr);
}

/* How many programs see the group's connections; with `program`, after that one was put there. */
static int programs_there(const struct bpf_insn *program)
{
    union bpf_attr attr;
    int directory = open(group, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (program) {
        memset(&attr, 0, sizeof attr);
        attr.prog_type = BPF_PROG_TYPE_SOCK_OPS;
        attr.insns = (uintptr_t)program;
        attr.insn_cnt = 2;
        attr.license = (uintptr_t) "MIT";
        int fd = bpf(BPF_PROG_LOAD, &attr);
        assert_true(fd >= 0);
        memset(&attr, 0, sizeof attr);
        attr.target_fd = (uint32_t)directory;
        attr.attach_bpf_fd = (uint32_t)fd;
        attr.attach_type = BPF_CGROUP_SOCK_OPS;
        attr.attach_flags = BPF_F_ALLOW_MULTI;
        assert_int_equal(bpf(BPF_PROG_ATTACH, &attr), 0);
        close(fd);
    }
    memset(&attr, 0, sizeof attr);
    attr.query.target_fd = (uint32_t)directory;
    attr.query.attach_type = BPF_CGROUP_SOCK_OPS;
    assert_int_equal(bpf(BPF_PROG_QUERY, &attr), 0);
    close(directory);
    return (int)attr.query.prog_cnt;
}

/* It goes with the group, at the end of the tests. */
static void other_programs_are_left_alone(void **state)
{
    const struct bpf_insn nothing[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1},
                                       {.code = BPF_JMP | BPF_EXIT}};
    (void)state;
    need_group();
    assert_int_equal(programs_there(nothing), 1);
    put(WORDS_OF(SETTINGS));
    assert_int_equal(programs_there(NULL), 2);
    expect_policy(start_ready(WORDS_OF(place_file("tests/direct/static"))), true);
    detach();
    assert_int_equal(programs_there(NULL), 1);
}

static void refused(const char *says, const char *const words[])
{
    struct child *child = command(125, words);
    if (!strstr(child_errors(child), says))
        fail_msg("expected \"%s\" in: %s", says, child_errors(child));
    child_stop(child);
}

static void what_the_kernel_cannot_do_is_refused(void **state)
{
    (void)state;
    need_group();
    refused("defer-accept: the kernel does not set it", WORDS_OF("--defer-accept", "5s"));
    refused("programs 'nginx': the kernel does not look at names", WORDS_OF("--programs", "nginx"));
    refused("log: the kernel writes no lines", WORDS_OF("--log", "info"));
    assert_int_equal(programs_there(NULL) <= 1, 1);
}

static void wrong_use(void **state)
{
    (void)state;
    char saved[sizeof group];
    memcpy(saved, group, sizeof saved);
    strcpy(group, "/nowhere");
    refused("control group '/nowhere': No such file", WORDS_OF(SETTINGS));
    refused("takes no settings", WORDS_OF("--detach", SETTINGS));
    refused("takes no settings", WORDS_OF("--detach", "--replace"));
    refused("must be 1..127", WORDS_OF("--probes", "900"));
    refused("'--no-such': unknown option", WORDS_OF("--no-such"));
    refused("takes one PATH", WORDS_OF("/one"));
    strcpy(group, "/");
    refused("control group '/': no control group", WORDS_OF(SETTINGS));
    memcpy(group, saved, sizeof group);
}

static void an_ordinary_user_is_told_what_is_missing(void **state)
{
    (void)state;
    need_group();
    const char *argv[] = {place_file("tcpalive"), "cgroup", SETTINGS, group, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv, .uid = PLACE_NOBODY});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 125);
    assert_non_null(strstr(child_errors(child), "Operation not permitted"));
}

#define CASE(name) cmocka_unit_test_teardown(name, end_case)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(nginx_a_go_client_and_io_uring),
        CASE(every_kind_of_program),
        CASE(nobody_outside_it),
        CASE(a_server_that_runs_already),
        CASE(modes_answer_the_programs_own_calls),
        CASE(what_a_connected_socket_may_change),
        CASE(rules_decide_by_direction_and_peer),
        CASE(ports_decide),
        CASE(as_many_rules_as_there_may_be),
        CASE(one_policy_at_a_time),
        CASE(a_group_above_has_the_last_word),
        CASE(a_frozen_group),
        CASE(other_programs_are_left_alone),
        CASE(what_the_kernel_cannot_do_is_refused),
        CASE(wrong_use),
        CASE(an_ordinary_user_is_told_what_is_missing),
    };
    return cmocka_run_group_tests(tests, begin_group, end_group);
}
