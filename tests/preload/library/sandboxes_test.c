/*
 * Real programs that put themselves under a system call filter of their own: tor (its filter answers with an error) and
 * vsftpd (its filter ends the process). They do with the library what they do without, on a network of their own, and
 * what they accept is covered, because the listener was before the filter came.
 */
#include "harness/case_directory.h"
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/oracle.h"
#include "harness/scene.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOM = 64, SOCKS = 4002, FTP = 4010, IDLE = 41 };

static void needs(const char *program)
{
    char command[256];
    snprintf(command, sizeof command, "command -v %s >/dev/null && unshare -n true", program);
    if (geteuid() != 0 || system(command) != 0) { /* NOLINT(cert-env33-c): the test's own words */
        print_message("no %s, or no right to a network of its own\n", program);
        skip();
    }
}

/* The script finds the library as $PRELOAD. */
static struct child *start(const char *script, int with_library)
{
    static char text[4096];
    const char *argv[] = {"unshare", "-n", "bash", "-c", text, NULL};
    snprintf(text, sizeof text, "ip link set lo up; cd '%s'; PRELOAD='%s'; %s", case_directory(),
             with_library ? scene_target()->library : "", script);
    return child_start(&(struct child_plan){.argv = argv});
}

/* The process or one of its children: vsftpd's first process serves through one that is. */
static int is_filtered(pid_t pid)
{
    char command[256];
    snprintf(
        command, sizeof command,
        "for p in %d $(cat /proc/%d/task/%d/children); do grep -q '^Seccomp:.*2$' /proc/$p/status && exit 0; done; "
        "exit 1",
        (int)pid, (int)pid, (int)pid);
    return system(command) == 0; /* NOLINT(cert-env33-c): the test's own words */
}

/*
 * How many sockets of this local port there are that are listeners, or else connections of processes under a filter.
 * Each probes after `idle` seconds; 0: not as the policy says.
 */
static int count_with(const struct child *child, int port, int listening, int idle)
{
    struct oracle_socket seen[ROOM];
    ssize_t count = oracle_tree(child_pid(child), seen, ROOM);
    int found = 0;
    for (ssize_t i = 0; i < count; i++)
        found += oracle_port(&seen[i].local) == port && seen[i].listening == listening &&
                 (listening || is_filtered(seen[i].pid)) &&
                 (idle ? seen[i].keepalive == 1 && seen[i].idle == idle : seen[i].idle != IDLE);
    return found;
}

/* A bridge that never answers, and a client: connections in both directions. */
static const char tor_script[] =
    "nc -lk 127.0.0.1 4001 >/dev/null & "
    "(for i in $(seq 150); do if exec 5<>/dev/tcp/127.0.0.1/4002; then sleep 1000; fi 2>/dev/null; sleep 0.2; done) & "
    "LD_PRELOAD=$PRELOAD TCPALIVE_IDLE=41s exec tor -f /dev/null --ignore-missing-torrc --DataDirectory \"$PWD/data\" "
    "--Sandbox 1 --SocksPort 127.0.0.1:4002 --UseBridges 1 --Bridge 127.0.0.1:4001 --Log 'notice stdout'";

static struct child *tor;
static int tor_idle;

static int tor_has_a_client(void *unused)
{
    (void)unused;
    return count_with(tor, SOCKS, 0, tor_idle) > 0;
}

static void tor_lives_in_its_sandbox(void **state)
{
    (void)state;
    needs("tor");
    for (int with_library = 0; with_library <= 1; with_library++) {
        assert_true(with_library || mkdir(case_path("data"), 0700) == 0);
        tor = start(tor_script, with_library);
        tor_idle = with_library ? IDLE : 0;
        if (child_line_with(tor, "Connected to a relay", CHILD_DEADLINE_MS) != 0)
            fail_msg("it did not connect: %s%s", child_output(tor), child_errors(tor));
        if (scene_until(tor_has_a_client, NULL, CHILD_DEADLINE_MS) != 0)
            fail_msg("no client: %s%s", child_output(tor), child_errors(tor));
        assert_int_equal(count_with(tor, SOCKS, 1, tor_idle), 1);
        if (with_library)
            assert_int_equal(child_error_with(tor, "the system refused an option: error 1", CHILD_DEADLINE_MS), 0);
        assert_int_equal(kill(child_pid(tor), 0), 0);
        child_stop(tor);
    }
}

static const char vsftpd_script[] =
    "mkdir -p root empty; chmod 755 . root empty; printf '%s\\n' listen=YES listen_address=127.0.0.1 listen_port=4010 "
    "anonymous_enable=YES no_anon_password=YES anon_root=$PWD/root secure_chroot_dir=$PWD/empty seccomp_sandbox=YES "
    "background=NO xferlog_enable=NO ftp_username=nobody >conf; "
    "LD_PRELOAD=$PRELOAD TCPALIVE_IDLE=41s vsftpd conf & "
    "for i in $(seq 150); do if exec 5<>/dev/tcp/127.0.0.1/4010; then break; fi 2>/dev/null; sleep 0.2; done; "
    "read -r line <&5; echo \"$line\"; printf 'FEAT\\r\\n' >&5; read -r line <&5; echo \"$line\"; "
    "echo asked; sleep 1000";

/* Its listener, and the connection in the two processes that serve it. */
static void vsftpd_serves_in_its_sandbox(void **state)
{
    (void)state;
    needs("vsftpd");
    for (int with_library = 0; with_library <= 1; with_library++) {
        struct child *child = start(vsftpd_script, with_library);
        if (child_line_with(child, "asked", CHILD_DEADLINE_MS) != 0 || !strstr(child_output(child), "220 ") ||
            !strstr(child_output(child), "211-Features"))
            fail_msg("no answer: %s%s", child_output(child), child_errors(child));
        assert_string_equal(child_errors(child), "");
        assert_int_equal(count_with(child, FTP, 1, with_library ? IDLE : 0), 1);
        assert_true(count_with(child, FTP, 0, with_library ? IDLE : 0) > 0);
        child_stop(child);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, case_directory_make, case_directory_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tor_lives_in_its_sandbox),
        TEST(vsftpd_serves_in_its_sandbox),
    };
    return cmocka_run_group_tests_name("sandboxes", tests, NULL, NULL);
}
