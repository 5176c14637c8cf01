/*
 * What `tcpalive run` hands on to the program: its place, arguments, settings, and the library in front of other
 * preloads; and what becomes of a program that it cannot reach.
 */
#include "command.h"
#include "harness/case_directory.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void the_program_keeps_its_exit_status(void **state)
{
    static const struct command_row rows[] = {
        {{"run", "true"}, 0, "", {NULL}},
        {{"run", "false"}, 1, "", {NULL}},
        {{"run", "--", "sh", "-c", "exit 7"}, 7, "", {NULL}},
        {{"run", "sh", "-c", "exit 125"}, 125, "", {NULL}},
        {{"run", "sh", "-c", "kill -KILL $$"}, 128 + SIGKILL, "", {NULL}},
        {{"run", "--strict", "--method=preload", "--idle", "5s", "--", "true"}, 0, "", {NULL}},
        {{"run", "true"}, 0, "", {"TCPALIVE=off", "TCPALIVE_IDLE=5x"}},
    };
    (void)state;
    command_expect(rows, sizeof rows / sizeof *rows);
}

static void detect_says_what_it_does_not_hold_for(void **state)
{
    static const struct command_row rows[] = {
        {{"run", "--method=preload", "--detect", "30s", "--log", "info", "true"},
         0,
         "tcpalive: detect: holds for idle connections only here; with data in flight, by --method supervise, both or "
         "cgroup\n",
         {NULL}},
        {{"run", "--method=preload", "--detect", "30s", "true"}, 0, "", {NULL}},
        {{"run", "--method=preload", "--survive", "90s", "--log", "info", "true"}, 0, "", {NULL}},
    };
    (void)state;
    command_expect(rows, sizeof rows / sizeof *rows);
}

static void the_program_takes_the_commands_place(void **state)
{
    (void)state;
    char number[16];
    struct child *child = command_start(
        (const char *const[]){"run", "--method=preload", "sh", "-c", "echo $$; exec sleep 100", NULL}, NULL);
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    assert_string_equal(child_line(child, CHILD_DEADLINE_MS), number);
    child_signal(child, SIGTERM);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 128 + SIGTERM);
}

static void expect_output(const char *wanted, const char *const *words, const char *const *variables)
{
    struct child *child = command_start(words, variables);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_output(child), wanted);
    child_stop(child);
}

static void arguments_and_settings_are_handed_on(void **state)
{
    const char *script = "echo $TCPALIVE_IDLE $TCPALIVE_USER_TIMEOUT $TCPALIVE_PROBES \"$@\"";
    const char *const run[] = {"run",    "--idle", "7s", "--user-timeout=match", "sh", "-c", script, "sh",
                               "--idle", "a  b",   NULL};
    static const char *const variables[] = {"TCPALIVE_IDLE=9s", "TCPALIVE_PROBES=3", NULL};
    (void)state;
    expect_output("7s match 3 --idle a  b\n", run, variables);
}

/* A line that nobody could write is refused, and the program may go to another folder. */
static void the_log_is_written_or_refused(void **state)
{
    char link[PATH_MAX], missing[PATH_MAX], cwd[PATH_MAX], path[PATH_MAX + 32], longer[1100], wanted[4][PATH_MAX + 256];
    (void)state;
    snprintf(link, sizeof link, "%s", case_path("link"));
    snprintf(missing, sizeof missing, "%s", case_path("nowhere/log"));
    memset(longer, 'd', sizeof longer);
    longer[0] = '/';
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(symlink("precious", link), 0);
    snprintf(wanted[0], sizeof wanted[0], "tcpalive: --log-file '%s': a symbolic link is not followed", link);
    snprintf(wanted[1], sizeof wanted[1], "tcpalive: --log-file '%s': No such file or directory\n", missing);
    const struct command_row rows[] = {
        {{"run", "--log-file", link, "true"}, 125, wanted[0], {NULL}},
        {{"explain", "--log-file", link}, 125, wanted[0], {NULL}},
        {{"run", "--log-file", missing, "true"}, 125, wanted[1], {NULL}},
        {{"explain", "--log-file", missing}, 125, wanted[1], {NULL}},
        {{"run", "--log-file=/dev/null", "true"}, 125, "tcpalive: --log-file '/dev/null': no regular file\n", {NULL}},
        {{"run", "--log-file", longer, "true"}, 125, "tcpalive: --log-file '/ddd", {NULL}},
    };
    command_expect(rows, sizeof rows / sizeof *rows);
    assert_non_null(getcwd(cwd, sizeof cwd));
    snprintf(path, sizeof path, "%s/some.log\n", cwd);
    expect_output(
        path, (const char *const[]){"run", "--log-file=some.log", "sh", "-c", "echo $TCPALIVE_LOG_FILE", NULL}, NULL);
}

/* All --rules are one list in their order, a file among them; the variable may name one too. */
static void rules_come_from_files_and_several_flags(void **state)
{
    char flag[PATH_MAX + 16], variable[PATH_MAX + 16];
    const char *const print[] = {"run", "--rules", "any *:1 off", flag, "sh", "-c", "echo \"$TCPALIVE_RULES\"", NULL};
    static const char *const from_variable[] = {"run", "sh", "-c", "echo \"$TCPALIVE_RULES\"", NULL};
    static const struct command_row rows[] = {
        {{"run", "--rules=@/nowhere/x", "true"},
         125,
         "tcpalive: rules '/nowhere/x': No such file or directory\n",
         {NULL}},
        {{"explain", "--rules=any *:1 off", "--rules", "any *:2"},
         125,
         "tcpalive: --rules 'any *:2': says nothing",
         {NULL}},
    };
    (void)state;
    snprintf(flag, sizeof flag, "--rules=@%s", case_path("rules"));
    snprintf(variable, sizeof variable, "TCPALIVE_RULES=@%s", case_path("rules"));
    FILE *rules = fopen(case_path("rules"), "we");
    assert_non_null(rules);
    fputs("# a comment\nany *:2 off\n", rules);
    assert_int_equal(fclose(rules), 0);
    expect_output("any *:1 off\n# a comment\nany *:2 off\n\n\n", print, NULL);
    expect_output("# a comment\nany *:2 off\n\n\n", from_variable, (const char *const[]){variable, NULL});
    command_expect(rows, sizeof rows / sizeof *rows);
}

/* In front of what is there already, and once. */
static void the_library_is_preloaded_first_and_once(void **state)
{
    static const char *const print[] = {"run", "sh", "-c", "echo \"$LD_PRELOAD\"", NULL};
    static const char *const others[] = {"libeatmydata.so",        "libeatmydata.so:%s",
                                         "%s:libeatmydata.so",     "%s libeatmydata.so",
                                         "%s:%s::libeatmydata.so", "libeatmydata.so:/nowhere/libtcpalive.so"};
    (void)state;
    char wanted[2 * PATH_MAX], variable[4 * PATH_MAX], before[3 * PATH_MAX];
    snprintf(wanted, sizeof wanted, "%s\n", command_library);
    expect_output(wanted, print, NULL);
    expect_output("\n", print, (const char *const[]){"TCPALIVE=off", NULL});
    const char *nested[] = {"run", command_path, "run", "sh", "-c", "echo \"$LD_PRELOAD\"", NULL};
    expect_output(wanted, nested, NULL);
    snprintf(wanted, sizeof wanted, "%s:libeatmydata.so\n", command_library);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char *at = before;
        for (const char *c = others[i]; *c; c++) {
            bool place = c[0] == '%';
            at += sprintf(at, "%.*s", place ? PATH_MAX : 1, place ? command_library : c);
            c += place;
        }
        snprintf(variable, sizeof variable, "LD_PRELOAD=%s", before);
        expect_output(wanted, print, (const char *const[]){variable, NULL});
    }
}

static char *copy_into(const char *directory, const char *below, const char *file)
{
    char script[3 * PATH_MAX];
    char *path;
    assert_true(asprintf(&path, "%s/%s", directory, below) > 0);
    snprintf(script, sizeof script, "mkdir -p \"$(dirname '%s')\" && cp '%s' '%s'", path, file, path);
    assert_int_equal(child_run(&(struct child_plan){.argv = (const char *[]){"sh", "-c", script, NULL}}, NULL, 0), 0);
    return path;
}

/* Runs the copy of the command at `place`: `before`, the directory and `behind` must be on stdout, or on stderr. */
static void expect_from(const char *directory, const char *place, int status, const char *before, const char *behind)
{
    char wanted[2 * PATH_MAX], *copy = copy_into(directory, place, command_path);
    const char *argv[] = {copy, "run", "sh", "-c", "echo \"$LD_PRELOAD\"", NULL};
    const char *environment[] = {COMMAND_SANITIZER, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv, .environment = environment});
    snprintf(wanted, sizeof wanted, "%s%s%s", before, *behind ? directory : "", behind);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), status);
    if (status)
        assert_int_equal(strncmp(child_errors(child), wanted, strlen(wanted)), 0);
    else
        assert_string_equal(child_output(child), wanted);
    child_stop(child);
    free(copy);
}

#define SPLIT "': the loader splits LD_PRELOAD at spaces and colons; move it\n"

static void the_library_is_found_or_its_place_refused(void **state)
{
    (void)state;
    const char *directory = case_directory();
    expect_from(directory, "bin/tcpalive", 125, "tcpalive: library 'libtcpalive.so': not found in ", "/bin, ");
    free(copy_into(directory, "lib/tcpalive/libtcpalive.so", command_library));
    expect_from(directory, "bin/tcpalive", 0, "", "/lib/tcpalive/libtcpalive.so\n");
    free(copy_into(directory, "bin/libtcpalive.so", command_library));
    expect_from(directory, "bin/tcpalive", 0, "", "/bin/libtcpalive.so\n");
    free(copy_into(directory, "a b/libtcpalive.so", command_library));
    expect_from(directory, "a b/tcpalive", 125, "tcpalive: library '", "/a b/libtcpalive.so" SPLIT);
    free(copy_into(directory, "a:b/libtcpalive.so", command_library));
    expect_from(directory, "a:b/tcpalive", 125, "tcpalive: library '", "/a:b/libtcpalive.so" SPLIT);
}

/* In a namespace of mounts of its own; `found` says what the library's path is or what the line ends in. */
static void expect_without_proc(const char *command, int status, const char *found)
{
    static const char hides[] = "umount -l /proc && exec \"$0\" run --method=preload sh -c 'echo \"$LD_PRELOAD\"'";
    const char *argv[] = {"unshare", "-m", "--propagation", "private", "sh", "-c", hides, command, NULL};
    const char *environment[] = {COMMAND_SANITIZER, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv, .environment = environment});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), status);
    assert_non_null(strstr(status ? child_errors(child) : child_output(child), found));
    child_stop(child);
}

static void the_library_is_found_without_proc(void **state)
{
    (void)state;
    if (system("unshare -m true 2>/dev/null") != 0)
        skip(); /* a container that may not mount */
    char *command = copy_into(case_directory(), "bin/tcpalive", scene_build("tcpalive")); /* a sanitizer needs /proc */
    expect_without_proc(command, 125, "; /proc is not mounted\n");
    free(copy_into(case_directory(), "bin/libtcpalive.so", command_library));
    expect_without_proc(command, 0, "/bin/libtcpalive.so\n");
    free(command);
}

#define STATIC_WHY "it is static: no loader runs that could put a library into it\n"

static void what_is_not_reached_is_told_or_refused(void **state)
{
    static const struct command_row rows[] = {
        {{"run", "--method", "preload", "/bin/busybox", "false"},
         1,
         "tcpalive: not reached '/bin/busybox': " STATIC_WHY,
         {NULL}},
        {{"run", "--method", "preload", "--strict", "/bin/busybox", "false"},
         125,
         "tcpalive: refused '/bin/busybox': " STATIC_WHY,
         {NULL}},
    };
    (void)state;
    if (access("/bin/busybox", X_OK) != 0)
        skip(); /* the only static program that Debian has for everybody */
    command_expect(rows, sizeof rows / sizeof *rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        COMMAND_TEST(the_program_keeps_its_exit_status),
        COMMAND_TEST(detect_says_what_it_does_not_hold_for),
        COMMAND_TEST(the_program_takes_the_commands_place),
        COMMAND_TEST(arguments_and_settings_are_handed_on),
        cmocka_unit_test_setup_teardown(the_log_is_written_or_refused, case_directory_make, case_directory_remove),
        cmocka_unit_test_setup_teardown(rules_come_from_files_and_several_flags, case_directory_make,
                                        case_directory_remove),
        COMMAND_TEST(the_library_is_preloaded_first_and_once),
        cmocka_unit_test_setup_teardown(the_library_is_found_or_its_place_refused, case_directory_make,
                                        case_directory_remove),
        cmocka_unit_test_setup_teardown(the_library_is_found_without_proc, case_directory_make, case_directory_remove),
        COMMAND_TEST(what_is_not_reached_is_told_or_refused),
    };
    return cmocka_run_group_tests(tests, command_find, NULL);
}
