/*
 * Files that the library writes its lines to: what many write to at a time, what it does not touch, and that a full
 * disk or a quota neither stops nor ends the program.
 */
#include "harness/case_directory.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include "tests/preload/library/hosts/log.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void many_processes_write_whole_lines(void **state)
{
    enum { PROCESSES = 8, CONNECTIONS = 150 };
    char settings[4200];
    struct stat about;
    (void)state;
    snprintf(settings, sizeof settings, "TCPALIVE_LOG=info\nTCPALIVE_LOG_FILE=%s", case_path("log"));
    struct child *children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++)
        children[i] = twice_probe("writes 150", settings, scene_target()->library, NULL);
    for (int i = 0; i < PROCESSES; i++) {
        assert_int_equal(child_line_with(children[i], "ready", CHILD_DEADLINE_MS), 0);
        assert_string_equal(child_errors(children[i]), "");
    }
    const char *text = contents(case_path("log"));
    assert_non_null(text);
    assert_int_equal(lines_in(text), PROCESSES * CONNECTIONS * 2);
    all_whole(text);
    assert_int_equal(stat(case_path("log"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

/* What was in the file stays in front. */
static void file_is_appended(void **state)
{
    char settings[4200];
    (void)state;
    int fd = open(case_path("log"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "before\n", 7), 7);
    close(fd);
    snprintf(settings, sizeof settings, "TCPALIVE_LOG=info\nTCPALIVE_LOG_FILE=%s", case_path("log"));
    host_log_run("writes 1", settings);
    const char *text = contents(case_path("log"));
    assert_true(strncmp(text, "before\ntcpalive: connect ", 24) == 0);
    assert_int_equal(lines_in(text), 3);
}

/* Daemons go to another folder. */
static void a_path_is_of_the_folder_that_the_program_began_in(void **state)
{
    char prepare[4200];
    (void)state;
    snprintf(prepare, sizeof prepare, "cd '%s'", case_directory());
    if (!host_log_run_apart(prepare, "writes 2 /", "log"))
        skip();
    const char *text = contents(case_path("log"));
    assert_non_null(text);
    assert_int_equal(lines_in(text), 4);
    assert_int_equal(access("/log", F_OK), -1);
}

/* And that is said, once a process, not once a line. */
static void other_files_are_not_touched(void **state)
{
    char settings[4200], wanted[4400];
    static const struct {
        const char *name, *why;
    } names[] = {{"link", "a symbolic link is not followed"},
                 {"dangling", "a symbolic link is not followed"},
                 {"fifo", "no regular file"},
                 {"directory", "cannot be opened: error 21"},
                 {"nowhere/log", "cannot be opened: error 2"}};
    (void)state;
    int fd = open(case_path("precious"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    close(fd);
    assert_int_equal(symlink("precious", case_path("link")), 0);
    assert_int_equal(symlink("created", case_path("dangling")), 0);
    assert_int_equal(mkfifo(case_path("fifo"), 0600), 0);
    int reader = open(case_path("fifo"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_int_equal(mkdir(case_path("directory"), 0700), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(settings, sizeof settings, "TCPALIVE_LOG=debug\nTCPALIVE_LOG_FILE=%s", case_path(names[i].name));
        struct child *child = host_log_run("writes 3", settings);
        snprintf(wanted, sizeof wanted, "tcpalive: TCPALIVE_LOG_FILE '%s': %s\n", case_path(names[i].name),
                 names[i].why);
        assert_string_equal(child_errors(child), wanted);
        child_stop(child);
    }
    char byte;
    assert_int_equal(read(reader, &byte, 1), 0);
    close(reader);
    assert_string_equal(contents(case_path("precious")), "");
    assert_int_equal(access(case_path("created"), F_OK), -1);
}

/* Lines that found no room are lost, those in the file are whole, and the program sees nothing of it. */
static void full_disk(void **state)
{
    char prepare[4200], path[4200];
    (void)state;
    snprintf(prepare, sizeof prepare, "mount -t tmpfs -o size=8k none '%s'", case_directory());
    struct child *child = host_log_run_apart(prepare, "writes 300", case_path("log"));
    if (!child)
        skip();
    snprintf(path, sizeof path, "/proc/%d/root%s", (int)child_pid(child), case_path("log"));
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
    struct child *child = host_log_run_apart("ulimit -f 8", "writes 300", case_path("log"));
    if (!child)
        skip();
    const char *text = contents(case_path("log"));
    assert_in_range(strlen(text), 1, 8192);
    all_whole(text);
    child_stop(child);
    snprintf(fill, sizeof fill, "head -c 16384 /dev/zero >'%s'; ulimit -f 8", case_path("log"));
    host_log_run_apart(fill, "writes 3", case_path("log"));
    assert_int_equal(stat(case_path("log"), &about), 0);
    assert_int_equal(about.st_size, 16384);
}

/* Before Linux 4.11 there was no statx(2), and sandboxes older than it forbid what they do not know. */
static void kinds_of_files_are_told_without_statx(void **state)
{
    static const char *const probes[] = {"filtered statx 38 writes 2", "filtered statx 1 writes 2"};
    char settings[600];
    (void)state;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        struct child *child = host_log_run(probes[i], "TCPALIVE_LOG=info");
        assert_non_null(strstr(child_errors(child), "tcpalive: connect "));
        child_stop(child);
        snprintf(settings, sizeof settings, "TCPALIVE_LOG=info\nTCPALIVE_LOG_FILE=%s", case_path("log"));
        child_stop(host_log_run(probes[i], settings));
        assert_int_equal(strncmp(contents(case_path("log")), "tcpalive: connect ", 18), 0);
        assert_int_equal(unlink(case_path("log")), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOST_LOG_TEST(many_processes_write_whole_lines),
        HOST_LOG_TEST(file_is_appended),
        HOST_LOG_TEST(a_path_is_of_the_folder_that_the_program_began_in),
        HOST_LOG_TEST(other_files_are_not_touched),
        HOST_LOG_TEST(full_disk),
        HOST_LOG_TEST(quota),
        HOST_LOG_TEST(kinds_of_files_are_told_without_statx),
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return cmocka_run_group_tests_name("log files", tests, NULL, NULL);
}
