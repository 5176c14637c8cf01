/*
 * What the library writes, and where: to stderr, to a file that many write to, to syslog; what it does not touch; and that a
 * full disk, a quota or a daemon that does not read neither stops nor ends the program.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char *directory;

static int make_directory(void **state)
{
    (void)state;
    directory = scene_directory();
    return 0;
}

static int remove_directory(void **state)
{
    child_stop_all(state);
    scene_remove_directory(directory);
    return 0;
}

static const char *in_directory(const char *name)
{
    static char path[4][4096];
    static size_t turn;
    char *room = path[turn++ % 4];
    snprintf(room, sizeof path[0], "%s/%s", directory, name);
    return room;
}

/* The program with the library, run until it is ready; `more` are settings. */
static struct child *run(const char *probe, const char *more)
{
    struct child *child = twice_probe(probe, more, scene_target()->library, NULL);
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("%s did not get ready: %s%s", probe, child_output(child), child_errors(child));
    return child;
}

static size_t lines_in(const char *text)
{
    size_t count = 0;
    for (; (text = strchr(text, '\n')); text++)
        count++;
    return count;
}

/* Every line is one that the library writes, whole. */
static void all_whole(const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        if (text[length] != '\n' || strncmp(text, "tcpalive: ", 10) != 0 || length < 30 ||
            memcmp(text + length - 8, "probes 6", 8) != 0 || memmem(text + 1, length - 1, "tcpalive", 8))
            fail_msg("not a whole line: %.100s", text);
        text += length + 1;
    }
}

static char *contents(const char *path)
{
    static char text[1 << 20];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t used = 0;
    if (fd < 0)
        return NULL;
    for (ssize_t got; (got = read(fd, text + used, sizeof text - 1 - used)) > 0;)
        used += (size_t)got;
    text[used] = '\0';
    close(fd);
    return text;
}

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
    child = run("serve", "TCPALIVE_LOG=info\nTCPALIVE_USER_TIMEOUT=45s");
    int port = port_of_listener(child);
    snprintf(wanted, sizeof wanted,
             "tcpalive: connect 127.0.0.1:%d fd 4: idle 60s, interval 10s, probes 6, user-timeout 45s\n"
             "tcpalive: accept 127.0.0.1 on port %d fd 5: idle 60s, interval 10s, probes 6, user-timeout 45s\n",
             port, port);
    assert_string_equal(child_errors(child), wanted);
    child_stop(child);
    child = run("serve", "TCPALIVE_LOG=info\nTCPALIVE_RULES=connect *:1 off; accept 127.0.0.1 off; any * idle=31s");
    port = port_of_listener(child);
    snprintf(wanted, sizeof wanted,
             "tcpalive: connect 127.0.0.1:%d fd 4: idle 31s, interval 10s, probes 6 (rule 3)\n"
             "tcpalive: accept 127.0.0.1 on port %d fd 5: off (rule 2)\n",
             port, port);
    assert_string_equal(child_errors(child), wanted);
    child_stop(child);
    child = run("serve", "TCPALIVE_LOG=warn");
    assert_string_equal(child_errors(child), "");
}

/* What the kernel holds is told, not what was wished. */
static void info_tells_what_the_program_left(void **state)
{
    (void)state;
    struct child *child = run("own-options", "TCPALIVE_LOG=info\nTCPALIVE_MODE=respect");
    assert_non_null(strstr(child_errors(child), " fd 4: idle 15s, interval 10s, probes 6\n"));
}

static void debug_tells_why(void **state)
{
    (void)state;
    struct child *child =
        run("own-options",
            "TCPALIVE_LOG=debug\nTCPALIVE_MODE=tighten\nTCPALIVE_RULES=accept *:1 off; connect *:1-65535 idle=5s");
    const char *said = child_errors(child);
    assert_non_null(strstr(said, "tcpalive: socket fd 4: the rules decide once the connection is known\n"));
    assert_non_null(strstr(said, "tcpalive: fd 4: TCP_KEEPIDLE 15s asked, 5s stands (tighten)\n"));
    assert_non_null(strstr(said, " fd 4: idle 5s, interval 10s, probes 6 (rule 2)\n"));
    assert_non_null(strstr(said, "tcpalive: fd 4: rule 2 decides, connect *:1-65535; mode tighten\n"));
    assert_non_null(strstr(said, "tcpalive: fd 5: no rule matches; mode tighten\n"));
    child_stop(child);
    child = run("own-options", "TCPALIVE_LOG=debug");
    said = child_errors(child);
    assert_non_null(strstr(said, "tcpalive: fd 4: TCP_KEEPIDLE 15s asked, 60s stands (enforce)\n"));
    assert_non_null(strstr(said, "tcpalive: fd 4: there are no rules; mode enforce\n"));
}

static void many_processes_write_whole_lines(void **state)
{
    enum { PROCESSES = 8, CONNECTIONS = 150 };
    char settings[4200];
    struct stat about;
    (void)state;
    snprintf(settings, sizeof settings, "TCPALIVE_LOG=info\nTCPALIVE_LOG_FILE=%s", in_directory("log"));
    struct child *children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++)
        children[i] = twice_probe("writes 150", settings, scene_target()->library, NULL);
    for (int i = 0; i < PROCESSES; i++) {
        assert_int_equal(child_line_with(children[i], "ready", CHILD_DEADLINE_MS), 0);
        assert_string_equal(child_errors(children[i]), "");
    }
    const char *text = contents(in_directory("log"));
    assert_non_null(text);
    assert_int_equal(lines_in(text), PROCESSES * CONNECTIONS * 2);
    all_whole(text);
    assert_int_equal(stat(in_directory("log"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

/* What was in the file stays in front. */
static void file_is_appended(void **state)
{
    char settings[4200];
    (void)state;
    int fd = open(in_directory("log"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "before\n", 7), 7);
    close(fd);
    snprintf(settings, sizeof settings, "TCPALIVE_LOG=info\nTCPALIVE_LOG_FILE=%s", in_directory("log"));
    run("writes 1", settings);
    const char *text = contents(in_directory("log"));
    assert_true(strncmp(text, "before\ntcpalive: connect ", 24) == 0);
    assert_int_equal(lines_in(text), 3);
}

static void other_files_are_not_touched(void **state)
{
    char settings[4200];
    static const char *const names[] = {"link", "dangling", "fifo", "directory", "nowhere/log"};
    (void)state;
    int fd = open(in_directory("precious"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    close(fd);
    assert_int_equal(symlink("precious", in_directory("link")), 0);
    assert_int_equal(symlink("created", in_directory("dangling")), 0);
    assert_int_equal(mkfifo(in_directory("fifo"), 0600), 0);
    int reader = open(in_directory("fifo"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_int_equal(mkdir(in_directory("directory"), 0700), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(settings, sizeof settings, "TCPALIVE_LOG=debug\nTCPALIVE_LOG_FILE=%s", in_directory(names[i]));
        struct child *child = run("writes 3", settings);
        assert_string_equal(child_errors(child), "");
        child_stop(child);
    }
    char byte;
    assert_int_equal(read(reader, &byte, 1), 0);
    close(reader);
    assert_string_equal(contents(in_directory("precious")), "");
    assert_int_equal(access(in_directory("created"), F_OK), -1);
}

/* The program in a mount namespace of its own, in which a shell first does `prepare`. NULL: not possible here. */
static struct child *run_apart(const char *prepare, const char *probe, const char *log_file)
{
    char script[8192];
    const char *as_root[] = {"unshare", "-m", "sh", "-c", script, NULL};
    const char *as_user[] = {"unshare", "-Urm", "sh", "-c", script, NULL};
    snprintf(script, sizeof script,
             "set -e; echo apart; %s\nexec env LD_PRELOAD='%s' TCPALIVE_LOG=info TCPALIVE_LOG_FILE='%s' '%s' %s",
             prepare, scene_target()->library, log_file, scene_target()->probe, probe);
    struct child *child = child_start(&(struct child_plan){.argv = geteuid() ? as_user : as_root});
    if (child_line_with(child, "apart", CHILD_DEADLINE_MS) != 0) {
        print_message("no mount namespace: %s", child_errors(child));
        return NULL;
    }
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("it did not get ready: %s", child_errors(child));
    return child;
}

/* Lines that found no room are lost, those in the file are whole, and the program sees nothing of it. */
static void full_disk(void **state)
{
    char prepare[4200], path[4200];
    (void)state;
    snprintf(prepare, sizeof prepare, "mount -t tmpfs -o size=8k none '%s'", directory);
    struct child *child = run_apart(prepare, "writes 300", in_directory("log"));
    if (!child)
        skip();
    snprintf(path, sizeof path, "/proc/%d/root%s", (int)child_pid(child), in_directory("log"));
    const char *text = contents(path);
    assert_non_null(text);
    assert_in_range(lines_in(text), 50, 599);
    assert_true(strlen(text) <= 8192);
    all_whole(text);
    assert_string_equal(child_errors(child), "");
}

/* A quota ends a program that writes past it with SIGXFSZ; the library's lines do not count as the program's. */
static void quota(void **state)
{
    char fill[4200];
    struct stat about;
    (void)state;
    struct child *child = run_apart("ulimit -f 8", "writes 300", in_directory("log"));
    if (!child)
        skip();
    const char *text = contents(in_directory("log"));
    assert_in_range(strlen(text), 1, 8192);
    all_whole(text);
    child_stop(child);
    snprintf(fill, sizeof fill, "head -c 16384 /dev/zero >'%s'; ulimit -f 8", in_directory("log"));
    run_apart(fill, "writes 3", in_directory("log"));
    assert_int_equal(stat(in_directory("log"), &about), 0);
    assert_int_equal(about.st_size, 16384);
}

static int daemon_socket(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true((size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s", in_directory("log")) <
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
    snprintf(prepare, sizeof prepare, "mount --bind '%s' /dev", directory);
    struct child *child = run_apart(prepare, "serve", "syslog");
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
    snprintf(prepare, sizeof prepare, "mount --bind '%s' /dev", directory);
    struct child *child = run_apart(prepare, "writes 200", "syslog");
    close(daemon);
    if (!child)
        skip();
    child_stop(child);
    child = run_apart(prepare, "writes 3", "syslog");
    assert_string_equal(child_errors(child), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_directory, remove_directory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(info_is_a_line_a_connection),
        TEST(info_tells_what_the_program_left),
        TEST(debug_tells_why),
        TEST(many_processes_write_whole_lines),
        TEST(file_is_appended),
        TEST(other_files_are_not_touched),
        TEST(full_disk),
        TEST(quota),
        TEST(syslog_gets_a_datagram_a_line),
        TEST(syslog_that_does_not_read),
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
