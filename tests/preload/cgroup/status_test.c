/* Which group is meant, by any of its names; and what `--status` tells of those that have a policy. */
#include "cgroup.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static char outer[sizeof cgroup_path];

static struct child *command(int status, const char *const words[])
{
    const char *argv[16] = {place_file("tcpalive"), "cgroup"};
    for (size_t i = 0; words[i]; i++)
        argv[i + 2] = words[i];
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    int ended = child_wait(child, CHILD_DEADLINE_MS);
    if (ended != status)
        fail_msg("exit status %d: %s%s", ended, child_output(child), child_errors(child));
    return child;
}

static void expect(const char *text, const char *in)
{
    if (!strstr(in, text))
        fail_msg("expected \"%s\" in: %s", text, in);
}

/* cgroup_path is the group of that name in the test's own from here on. */
static void step_in(const char *name)
{
    memcpy(outer, cgroup_path, sizeof outer);
    snprintf(cgroup_path, sizeof cgroup_path, "%.400s/%s", outer, name);
    assert_int_equal(mkdir(cgroup_path, 0755), 0);
}

static int step_out(void **state)
{
    int result = cgroup_end_case(state);
    if (*outer) {
        rmdir(cgroup_path);
        memcpy(cgroup_path, outer, sizeof outer);
        *outer = '\0';
        result |= cgroup_end_case(state);
    }
    return result;
}

static void a_unit_by_its_name(void **state)
{
    char unit[64], service[80];
    (void)state;
    cgroup_need();
    snprintf(unit, sizeof unit, "tcpalive-test-unit-%d", (int)getpid());
    snprintf(service, sizeof service, "%s.service", unit);
    step_in(service);
    expect(cgroup_path, child_output(command(0, WORDS_OF("--idle", "41", "--unit", unit))));
    expect(cgroup_path, child_output(command(0, WORDS_OF("--idle", "41", "--replace", "--unit", service))));
    expect(cgroup_path, child_output(command(0, WORDS_OF("--idle", "41", "--replace", service))));
    expect("idle 41s", child_output(command(0, WORDS_OF("--status", "--unit", unit))));
    command(0, WORDS_OF("--detach", service));
    expect("has no policy", child_errors(command(1, WORDS_OF("--status", service))));
    expect("the unit does not run", child_errors(command(125, WORDS_OF("--unit", "tcpalive-no-such-unit"))));
}

/* A service manager's own processes for a service with Delegate= are one step further in. */
static void a_group_by_its_processes(void **state)
{
    char pid[16], script[1200];
    (void)state;
    cgroup_need();
    snprintf(pid, sizeof pid, "%d", (int)child_pid(cgroup_start_told()));
    expect(cgroup_path, child_output(command(0, WORDS_OF("--idle", "41", "--pid", pid))));
    snprintf(script, sizeof script, "echo 0 >%s/.control/cgroup.procs && exec %s cgroup --replace --idle 42 --own",
             cgroup_path, place_file("tcpalive"));
    struct child *told = cgroup_start_told();
    step_in(".control");
    const char *argv[] = {"sh", "-c", script, NULL};
    struct child *own = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_wait(own, CHILD_DEADLINE_MS), 0);
    expect(outer, child_output(own));
    assert_null(strstr(child_output(own), ".control"));
    assert_int_equal(cgroup_told_socket(told, "client").idle, 41);
    assert_int_equal(cgroup_tell(told, "c = socket.create_connection(listener.getsockname())"), 0);
    assert_int_equal(cgroup_told_socket(told, "c").idle, 42);
}

/* Without the machine's mounts of control groups, and with one at `where` unless that is empty. */
#define ELSEWHERE                                                                                                      \
    "mount --make-rprivate / && for at in $(grep ' cgroup2 ' /proc/self/mounts | cut -d' ' -f2); do umount -l $at; "   \
    "done && tcpalive=$1 where=$2 && shift 2 && if [ \"$where\" ]; then mkdir -p \"$where\" && "                       \
    "mount -t cgroup2 none \"$where\"; fi && exec \"$tcpalive\" cgroup \"$@\""

static struct child *command_elsewhere(int status, const char *where, const char *const words[])
{
    const char *argv[16] = {"unshare", "-m", "sh", "-c", ELSEWHERE, "sh", place_file("tcpalive"), where};
    for (size_t i = 0; words[i]; i++)
        argv[i + 8] = words[i];
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    int ended = child_wait(child, CHILD_DEADLINE_MS);
    if (ended != status)
        fail_msg("exit status %d: %s%s", ended, child_output(child), child_errors(child));
    return child;
}

/* Whatever their folder's name; and where they are not mounted. */
static void groups_mounted_elsewhere(void **state)
{
    static const char *const names[] = {"groups", "groups of mine", "tab\tand \\040"};
    char pid[16], where[512], group[sizeof cgroup_path + 600];
    (void)state;
    cgroup_need();
    snprintf(pid, sizeof pid, "%d", (int)child_pid(cgroup_start_told()));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(where, sizeof where, "%s", place_path(names[i]));
        struct child *child = command_elsewhere(0, where, WORDS_OF("--idle", "41", "--replace", "--pid", pid));
        snprintf(group, sizeof group, "%s/", where);
        expect(group, child_output(child));
        expect(strrchr(cgroup_path, '/'), child_output(child));
        expect(group, child_output(command_elsewhere(0, where, WORDS_OF("--status"))));
    }
    expect("cgroup2 is not mounted", child_errors(command_elsewhere(125, "", WORDS_OF("--status"))));
    expect("cgroup2 is not mounted", child_errors(command_elsewhere(125, "", WORDS_OF("--status", "/tmp"))));
    expect("cgroup2 is not mounted", child_errors(command_elsewhere(125, "", WORDS_OF("--idle", "41", "--pid", pid))));
}

static void what_was_done_is_counted(void **state)
{
    char line[sizeof cgroup_path + 512];
    (void)state;
    cgroup_need();
    cgroup_put(WORDS_OF("--idle", "41"));
    struct child *told = cgroup_start_told(); /* a listener, and both ends of a connection */
    cgroup_tell(told, "accepted = listener.accept()[0]");
    cgroup_tell(told, "client.setsockopt(6, 4, 9)");
    expect("\n  connections  2 covered\n  listeners    1 covered\n  answered     1 calls",
           child_output(command(0, WORDS_OF("--status", cgroup_path))));
    char other[sizeof cgroup_path + 4]; /* another path that leads there */
    snprintf(other, sizeof other, "%s/./", cgroup_path);
    expect("connections  2 covered", child_output(command(0, WORDS_OF("--status", other))));
    expect("no control group", child_errors(command(125, WORDS_OF("--status", "/tmp"))));
    expect("No such file", child_errors(command(125, WORDS_OF("--status", "/no/such/group"))));
    struct child *json = command(0, WORDS_OF("--status", "--json"));
    snprintf(line, sizeof line,
             "{\"path\":\"%.512s\",\"policy\":\"idle 41s, interval 10s, probes 6, user-timeout off, mode enforce\","
             "\"since\":\"20",
             cgroup_path);
    expect(line, child_output(json));
    expect("\"connections\":2,\"listeners\":1,\"answered\":1,\"deaths\":0,\"overruled_by\":null}", child_output(json));
}

/* Before Linux 6.0 a program in the kernel cannot ask what an option is, and the outer policy's value stands. */
static bool kernel_tells_options(void)
{
    struct utsname about;
    return uname(&about) == 0 && atoi(about.release) >= 6;
}

/*
 * enforce further out leaves nothing to a policy further in; respect leaves it all; tighten takes the sooner of both.
 */
static void a_policy_further_out(void **state)
{
    const struct {
        const char *mode, *idle;
        bool overruled;
        int stands, after; /* before and after the program's own call */
    } cases[] = {{"enforce", "50", true, 50, 50},
                 {"respect", "50", false, 41, 41},
                 {"tighten", "50", false, kernel_tells_options() ? 41 : 50, 41},
                 {"tighten", "30", false, 30, 30}};
    char line[sizeof cgroup_path + 32];
    (void)state;
    cgroup_need();
    step_in("within");
    snprintf(line, sizeof line, "overruled by %.512s\n", outer);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        command(0, WORDS_OF("--replace", "--idle", cases[i].idle, "--mode", cases[i].mode, outer));
        command(0, WORDS_OF("--replace", "--idle", "41", cgroup_path));
        bool said = strstr(child_output(command(0, WORDS_OF("--status", cgroup_path))), line);
        assert_int_equal(said, cases[i].overruled);
        struct child *told = cgroup_start_told();
        assert_int_equal(cgroup_told_socket(told, "client").idle, cases[i].stands);
        assert_int_equal(cgroup_told_socket(told, "listener").idle, cases[i].stands);
        assert_int_equal(cgroup_tell(told, "client.setsockopt(6, 4, 9)"), 0);
        assert_int_equal(cgroup_told_socket(told, "client").idle, cases[i].after);
        child_stop(told);
    }
}

static void wrong_use(void **state)
{
    (void)state;
    expect("needs one control group", child_errors(command(125, WORDS_OF("--idle", "41"))));
    expect("needs one control group", child_errors(command(125, WORDS_OF("--own", "/x"))));
    expect("'x': is no process id", child_errors(command(125, WORDS_OF("--pid", "x"))));
    expect("no such process", child_errors(command(125, WORDS_OF("--pid", "2147483647"))));
    expect("takes no settings", child_errors(command(125, WORDS_OF("--status", "--idle", "41"))));
    expect("goes with --status", child_errors(command(125, WORDS_OF("--json", "/x"))));
}

/* As in a container whose filter forbids bpf(2). */
static void a_filter_in_the_way_is_named(void **state)
{
    char number[16];
    (void)state;
    cgroup_need();
    snprintf(number, sizeof number, "%d", (int)SYS_bpf);
    const char *argv[] = {
        place_file("tests/direct/forbid"), number, place_file("tcpalive"), "cgroup", "--idle", "41", cgroup_path, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 125);
    expect("a seccomp filter", child_errors(child));
}

#define STATUS_TEST(name) cmocka_unit_test_teardown(name, step_out)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATUS_TEST(a_unit_by_its_name),           STATUS_TEST(a_group_by_its_processes),
        CGROUP_TEST(groups_mounted_elsewhere),     STATUS_TEST(what_was_done_is_counted),
        STATUS_TEST(a_policy_further_out),         CGROUP_TEST(wrong_use),
        CGROUP_TEST(a_filter_in_the_way_is_named),
    };
    return cmocka_run_group_tests(tests, cgroup_begin, cgroup_end);
}
