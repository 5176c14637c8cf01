/*
 * What the library writes, at which level, to stderr and to syslog; and that a daemon that does not read neither stops
 * nor ends the program.
 */
#include "harness/case_directory.h"
#include "harness/cmocka_all.h"
#include "harness/oracle.h"
#include "harness/scene.h"
#include "tests/preload/library/hosts/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int port_of_listener(const struct child *child)
{
    struct oracle_socket seen[8];
    ssize_t count = oracle_process(child_pid(child), seen, 8);
    for (ssize_t i = 0; i < count; i++)
        if (seen[i].listening == 1)
            return oracle_port(&seen[i].local);
    fail_msg("no listener");
    return -1;
}

static void info_is_a_line_a_connection(void **state)
{
    char wanted[600];
    struct child *child;
    (void)state;
    child = host_log_run("serve", "TCPALIVE_LOG=info\nTCPALIVE_USER_TIMEOUT=45s");
    int port = port_of_listener(child);
    snprintf(wanted, sizeof wanted,
             "tcpalive: connect 127.0.0.1:%d fd 4: idle 60s, interval 10s, probes 6, user-timeout 45s\n"
             "tcpalive: accept 127.0.0.1 on port %d fd 5: idle 60s, interval 10s, probes 6, user-timeout 45s\n",
             port, port);
    assert_string_equal(child_errors(child), wanted);
    child_stop(child);
    child = host_log_run("serve",
                         "TCPALIVE_LOG=info\nTCPALIVE_RULES=connect *:1 off; accept 127.0.0.1 off; any * idle=31s");
    port = port_of_listener(child);
    snprintf(wanted, sizeof wanted,
             "tcpalive: connect 127.0.0.1:%d fd 4: idle 31s, interval 10s, probes 6 (rule 3)\n"
             "tcpalive: accept 127.0.0.1 on port %d fd 5: off (rule 2)\n",
             port, port);
    assert_string_equal(child_errors(child), wanted);
    child_stop(child);
    child = host_log_run("serve", "TCPALIVE_LOG=warn");
    assert_string_equal(child_errors(child), "");
}

/* What the kernel holds is told, not what was wished. */
static void info_tells_what_the_program_left(void **state)
{
    (void)state;
    struct child *child = host_log_run("own-options", "TCPALIVE_LOG=info\nTCPALIVE_MODE=respect");
    assert_non_null(strstr(child_errors(child), " fd 4: idle 15s, interval 10s, probes 6\n"));
}

static void debug_tells_why(void **state)
{
    (void)state;
    struct child *child = host_log_run(
        "own-options",
        "TCPALIVE_LOG=debug\nTCPALIVE_MODE=tighten\nTCPALIVE_RULES=accept *:1 off; connect *:1-65535 idle=5s");
    const char *said = child_errors(child);
    assert_non_null(strstr(said, "tcpalive: socket fd 4: the rules decide once the connection is known\n"));
    assert_non_null(strstr(said, "tcpalive: fd 4: TCP_KEEPIDLE 15s asked, 5s stands (tighten)\n"));
    assert_non_null(strstr(said, " fd 4: idle 5s, interval 10s, probes 6 (rule 2)\n"));
    assert_non_null(strstr(said, "tcpalive: fd 4: rule 2 decides, connect *:1-65535; mode tighten\n"));
    assert_non_null(strstr(said, "tcpalive: fd 5: no rule matches; mode tighten\n"));
    child_stop(child);
    child = host_log_run("own-options", "TCPALIVE_LOG=debug");
    said = child_errors(child);
    assert_non_null(strstr(said, "tcpalive: fd 4: TCP_KEEPIDLE 15s asked, 60s stands (enforce)\n"));
    assert_non_null(strstr(said, "tcpalive: fd 4: there are no rules; mode enforce\n"));
}

static int daemon_socket(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true((size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s", case_path("log")) <
                sizeof address.sun_path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void next_datagram(int fd, const char *wanted)
{
    char text[1024];
    struct timeval limit = {CHILD_DEADLINE_MS / 1000, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ssize_t size = recv(fd, text, sizeof text - 1, 0);
    assert_true(size > 0);
    text[size] = '\0';
    assert_string_equal(text, wanted);
}

static void syslog_gets_a_datagram_a_line(void **state)
{
    char prepare[4200], wanted[512];
    (void)state;
    int daemon = daemon_socket();
    snprintf(prepare, sizeof prepare, "mount --bind '%s' /dev", case_directory());
    struct child *child = host_log_run_apart(prepare, "serve", "syslog");
    if (!child) {
        close(daemon);
        skip();
    }
    int pid = (int)child_pid(child), port = port_of_listener(child);
    snprintf(wanted, sizeof wanted, "<14>tcpalive[%d]: connect 127.0.0.1:%d fd 4: idle 60s, interval 10s, probes 6",
             pid, port);
    next_datagram(daemon, wanted);
    snprintf(wanted, sizeof wanted,
             "<14>tcpalive[%d]: accept 127.0.0.1 on port %d fd 5: idle 60s, interval 10s, probes 6", pid, port);
    next_datagram(daemon, wanted);
    assert_string_equal(child_errors(child), "");
    close(daemon);
}

/* A daemon that does not read must not make the program wait, and one that is not there not disturb it. */
static void syslog_that_does_not_read(void **state)
{
    char prepare[4200];
    (void)state;
    int daemon = daemon_socket();
    snprintf(prepare, sizeof prepare, "mount --bind '%s' /dev", case_directory());
    struct child *child = host_log_run_apart(prepare, "writes 200", "syslog");
    close(daemon);
    if (!child)
        skip();
    child_stop(child);
    child = host_log_run_apart(prepare, "writes 3", "syslog");
    assert_string_equal(child_errors(child), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOST_LOG_TEST(info_is_a_line_a_connection),
        HOST_LOG_TEST(info_tells_what_the_program_left),
        HOST_LOG_TEST(debug_tells_why),
        HOST_LOG_TEST(syslog_gets_a_datagram_a_line),
        HOST_LOG_TEST(syslog_that_does_not_read),
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
