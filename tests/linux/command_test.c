/*
 * The command as scripts and people meet it, built with sanitizers: exit codes, one line for every mistake, help
 * and version, and what run hands on to the program. What it does to sockets is other tests' business.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORDS = 12, VARIABLES = 4 };

/* A preload of the test's comes before the sanitizer's, which it would refuse to start under. */
#define SANITIZER "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0"

static char command[PATH_MAX], library[PATH_MAX];

static int find_files(void **state)
{
    (void)state;
    snprintf(command, sizeof command, "%s", scene_build("asan/tcpalive"));
    return realpath(scene_build("libtcpalive.so"), library) ? 0 : -1;
}

/* Started with the words behind the command's name, both lists ended by NULL. */
static struct child *start(const char *const *words, const char *const *variables)
{
    const char *argv[WORDS + 2] = {command}, *environment[VARIABLES + 2] = {SANITIZER};
    for (size_t i = 0; i < WORDS && words[i]; i++)
        argv[i + 1] = words[i];
    for (size_t i = 0; variables && i < VARIABLES && variables[i]; i++)
        environment[i + 1] = variables[i];
    return child_start(&(struct child_plan){.argv = argv, .environment = environment});
}

#define START(...) start((const char *const[]){__VA_ARGS__, NULL}, NULL)

struct row {
    const char *words[WORDS + 1];
    int status;
    const char *errors; /* all of stderr; or, without a newline at its end, how it begins */
    const char *variables[VARIABLES + 1];
};

static void expect(const struct row *row)
{
    struct child *child = start(row->words, row->variables);
    int status = child_wait(child, CHILD_DEADLINE_MS);
    const char *errors = child_errors(child);
    size_t length = strlen(row->errors);
    bool whole = !length || row->errors[length - 1] == '\n';
    if (status != row->status || (whole ? strcmp(errors, row->errors) : strncmp(errors, row->errors, length)))
        fail_msg("%s %s: exit %d, %s", row->words[0], row->words[0] ? row->words[1] : "", status, errors);
    child_stop(child);
}

#define NEEDS_HELP "; see tcpalive --help\n"

static const struct row mistakes[] = {
    {{NULL}, 125, "tcpalive: command '': must be run, explain, ", {NULL}},
    {{"walk"}, 125, "tcpalive: command 'walk': must be run, explain, ", {NULL}},
    {{"--walk"}, 125, "tcpalive: command '--walk': must be run, explain, ", {NULL}},
    {{"run"}, 125, "tcpalive: run: needs a PROGRAM" NEEDS_HELP, {NULL}},
    {{"run", "--"}, 125, "tcpalive: run: needs a PROGRAM" NEEDS_HELP, {NULL}},
    {{"run", "--idle", "5s"}, 125, "tcpalive: run: needs a PROGRAM" NEEDS_HELP, {NULL}},
    {{"run", "--idle"}, 125, "tcpalive: run '--idle': needs a value\n", {NULL}},
    {{"run", "--idle="}, 125, "tcpalive: run '--idle=': needs a value\n", {NULL}},
    {{"run", "--idel", "5s", "true"}, 125, "tcpalive: run '--idel': no such option\n", {NULL}},
    {{"run", "-i", "true"}, 125, "tcpalive: run '-i': no such option\n", {NULL}},
    {{"run", "--method", "magic", "true"}, 125, "tcpalive: --method 'magic': must be auto, preload", {NULL}},
    {{"run", "--method=", "true"}, 125, "tcpalive: --method '': must be auto, preload", {NULL}},
    {{"run", "--idle=5x", "true"}, 125, "tcpalive: --idle '5x': not a duration such as 90s, 1h30m or 500ms\n", {NULL}},
    {{"run", "--survive=2s", "true"},
     125,
     "tcpalive: --survive '2s': cannot be kept: idle and interval are at least 1s each, and two probes must fit\n",
     {NULL}},
    {{"run", "--", "true"},
     125,
     "tcpalive: TCPALIVE_IDLE '5x': not a duration such as 90s, 1h30m or 500ms\n"
     "tcpalive: TCPALIVE_PROBES '900': must be 1..127\n",
     {"TCPALIVE_PROBES=900", "TCPALIVE_IDLE=5x"}},
    {{"run", "true"}, 125, "tcpalive: KEEPCNT '900': must be 1..127\n", {"KEEPCNT=900"}},
    {{"run", "/nowhere/x"}, 127, "tcpalive: program '/nowhere/x': No such file or directory\n", {NULL}},
    {{"run", "no-such-program-anywhere"}, 127, "tcpalive: program 'no-such-program-anywhere': No such file", {NULL}},
    {{"run", ""}, 127, "tcpalive: program '': No such file or directory\n", {NULL}},
    {{"run", "/tmp"}, 126, "tcpalive: program '/tmp': Permission denied\n", {NULL}},
    {{"run", "/etc/passwd"}, 126, "tcpalive: program '/etc/passwd': Permission denied\n", {NULL}},
    {{"explain", "--idel"}, 125, "tcpalive: explain '--idel': no such option\n", {NULL}},
    {{"explain", "60s"}, 125, "tcpalive: explain '60s': no such option\n", {NULL}},
    {{"explain", "--json", "--probes"}, 125, "tcpalive: explain '--probes': needs a value\n", {NULL}},
    {{"explain", "--rules=any"}, 125, "tcpalive: --rules 'any': no address: ''\n", {NULL}},
    {{"check"}, 125, "tcpalive: check: takes one PROGRAM\n", {NULL}},
    {{"check", "a", "b"}, 125, "tcpalive: check 'b': takes one PROGRAM\n", {NULL}},
    {{"check", "-x"}, 125, "tcpalive: check '-x': takes one PROGRAM\n", {NULL}},
    {{"check", "--", "/nowhere/x"}, 127, "tcpalive: program '/nowhere/x': No such file or directory\n", {NULL}},
    {{"list", "--jsno"}, 125, "tcpalive: list '--jsno': no such option\n", {NULL}},
    {{"list", "--pid", "x"}, 125, "tcpalive: --pid 'x': must be a process number\n", {NULL}},
    {{"list", "--pid"}, 125, "tcpalive: --pid '': must be a process number\n", {NULL}},
    {{"list", "--port=0"}, 125, "tcpalive: --port '0': must be 1..65535\n", {NULL}},
    {{"list", "--pid=2147483647"}, 1, "tcpalive: process '2147483647': No such process\n", {NULL}},
    {{"attach"}, 125, "tcpalive: attach: takes process numbers, or --all\n", {NULL}},
    {{"attach", "--idle"}, 125, "tcpalive: attach '--idle': needs a value\n", {NULL}},
    {{"attach", "--idel", "1"}, 125, "tcpalive: attach '--idel': no such option\n", {NULL}},
    {{"attach", "x"}, 125, "tcpalive: attach 'x': must be a process number\n", {NULL}},
    {{"attach", "--port=65536", "1"}, 125, "tcpalive: --port '65536': must be 1..65535\n", {NULL}},
    {{"attach", "--idle=0", "1"}, 125, "tcpalive: --idle '0': must be 1ms..32767s\n", {NULL}},
    {{"attach", "2147483647"}, 1, "tcpalive: process '2147483647': No such process\n", {NULL}},
};

static void every_mistake_is_told_in_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        expect(&mistakes[i]);
}

static void the_program_keeps_its_exit_status(void **state)
{
    static const struct row rows[] = {
        {{"run", "true"}, 0, "", {NULL}},
        {{"run", "false"}, 1, "", {NULL}},
        {{"run", "--", "sh", "-c", "exit 7"}, 7, "", {NULL}},
        {{"run", "sh", "-c", "exit 125"}, 125, "", {NULL}},
        {{"run", "sh", "-c", "kill -KILL $$"}, 128 + SIGKILL, "", {NULL}},
        {{"run", "--strict", "--method=preload", "--idle", "5s", "--", "true"}, 0, "", {NULL}},
        {{"run", "true"}, 0, "", {"TCPALIVE=off", "TCPALIVE_IDLE=5x"}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(&rows[i]);
}

static void the_program_takes_the_commands_place(void **state)
{
    (void)state;
    char number[16];
    struct child *child = START("run", "--method=preload", "sh", "-c", "echo $$; exec sleep 100");
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    assert_string_equal(child_line(child, CHILD_DEADLINE_MS), number);
    child_signal(child, SIGTERM);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 128 + SIGTERM);
}

static void expect_output(const char *wanted, const char *const *words, const char *const *variables)
{
    struct child *child = start(words, variables);
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

/* In front of what is there already, and once. */
static void the_library_is_preloaded_first_and_once(void **state)
{
    static const char *const print[] = {"run", "sh", "-c", "echo \"$LD_PRELOAD\"", NULL};
    static const char *const others[] = {"libeatmydata.so",        "libeatmydata.so:%s",
                                         "%s:libeatmydata.so",     "%s libeatmydata.so",
                                         "%s:%s::libeatmydata.so", "libeatmydata.so:/nowhere/libtcpalive.so"};
    (void)state;
    char wanted[2 * PATH_MAX], variable[4 * PATH_MAX], before[3 * PATH_MAX];
    snprintf(wanted, sizeof wanted, "%s\n", library);
    expect_output(wanted, print, NULL);
    expect_output("\n", print, (const char *const[]){"TCPALIVE=off", NULL});
    const char *nested[] = {"run", command, "run", "sh", "-c", "echo \"$LD_PRELOAD\"", NULL};
    expect_output(wanted, nested, NULL);
    snprintf(wanted, sizeof wanted, "%s:libeatmydata.so\n", library);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char *at = before;
        for (const char *c = others[i]; *c; c++) {
            bool place = c[0] == '%';
            at += sprintf(at, "%.*s", place ? PATH_MAX : 1, place ? library : c);
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
    char wanted[2 * PATH_MAX], *copy = copy_into(directory, place, command);
    const char *argv[] = {copy, "run", "sh", "-c", "echo \"$LD_PRELOAD\"", NULL};
    const char *environment[] = {SANITIZER, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv, .environment = environment});
    snprintf(wanted, sizeof wanted, "%s%s%s", before, *behind ? directory : "", behind);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), status);
    assert_string_equal(status ? child_errors(child) : child_output(child), wanted);
    child_stop(child);
    free(copy);
}

#define SPLIT "': the loader splits LD_PRELOAD at spaces and colons; move it\n"

static void the_library_is_found_or_its_place_refused(void **state)
{
    (void)state;
    char *directory = scene_directory();
    expect_from(directory, "bin/tcpalive", 125, "tcpalive: library 'libtcpalive.so': No such file or directory\n", "");
    free(copy_into(directory, "lib/tcpalive/libtcpalive.so", library));
    expect_from(directory, "bin/tcpalive", 0, "", "/lib/tcpalive/libtcpalive.so\n");
    free(copy_into(directory, "bin/libtcpalive.so", library));
    expect_from(directory, "bin/tcpalive", 0, "", "/bin/libtcpalive.so\n");
    free(copy_into(directory, "a b/libtcpalive.so", library));
    expect_from(directory, "a b/tcpalive", 125, "tcpalive: library '", "/a b/libtcpalive.so" SPLIT);
    free(copy_into(directory, "a:b/libtcpalive.so", library));
    expect_from(directory, "a:b/tcpalive", 125, "tcpalive: library '", "/a:b/libtcpalive.so" SPLIT);
    scene_remove_directory(directory);
}

#define STATIC_WHY "it is static: no loader runs that could put a library into it\n"

static void what_is_not_reached_is_told_or_refused(void **state)
{
    static const struct row rows[] = {
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
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(&rows[i]);
}

static void help_and_version_are_answers(void **state)
{
    static const char *const askers[][3] = {
        {"--help"}, {"-h"}, {"run", "--help"}, {"list", "--help"}, {"explain", "--help"}};
    static const char *const pieces[] = {"Usage: tcpalive run [settings] ",    "\n       tcpalive explain ",
                                         "\n       tcpalive check ",           "\n       tcpalive list ",
                                         "\n       tcpalive attach ",          "\n  --idle DURATION ",
                                         "\n  --log-file stderr|syslog|PATH ", "\nExit status: "};
    (void)state;
    for (size_t i = 0; i < sizeof askers / sizeof *askers; i++) {
        struct child *child = start(askers[i], NULL);
        assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
        assert_string_equal(child_errors(child), "");
        for (size_t piece = 0; piece < sizeof pieces / sizeof *pieces; piece++)
            assert_non_null(strstr(child_output(child), pieces[piece]));
        child_stop(child);
    }
    struct child *child = START("--version");
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_int_equal(strncmp(child_output(child), "tcpalive 1.", 11), 0);
    assert_ptr_equal(strchr(child_output(child), '\n'), child_output(child) + strlen(child_output(child)) - 1);
}

static int run_shell(const char *script, char *output, size_t room)
{
    const char *argv[] = {"sh", "-c", script, command, NULL}, *environment[] = {SANITIZER, NULL};
    return child_run(&(struct child_plan){.argv = argv, .environment = environment}, output, room);
}

static void an_answer_that_nobody_gets_is_a_failure(void **state)
{
    (void)state;
    assert_int_equal(run_shell("\"$0\" --help >/dev/full", NULL, 0), 125);
    assert_int_equal(run_shell("\"$0\" --version >/dev/full", NULL, 0), 125);
    assert_int_equal(run_shell("\"$0\" explain >/dev/full", NULL, 0), 125);
}

/* Another reader of JSON takes every form, odd bytes and all. */
static void json_is_read_by_others(void **state)
{
    static const char script[] =
        "read='import json,sys; d = json.loads(sys.stdin.buffer.read().decode()); print(d[\"enabled\"], "
        "d.get(\"idle\"), "
        "len(d.get(\"rules\", [])), len(d.get(\"settings\", [])))'\n"
        "\"$0\" explain --json | python3 -c \"$read\" || exit\n"
        "TCPALIVE=off \"$0\" explain --json | python3 -c \"$read\" || exit\n"
        "\"$0\" explain --json --survive aws-nlb --detect 60s --rules 'any * off; connect [::1]:5-6 idle=1500ms' "
        "--log-file \"$(printf 'a\\\"\\\\\\001\\377\\303\\251')\" | python3 -c \"$read\" || exit\n"
        "\"$0\" list --json --pid $$ | python3 -c 'import json,sys; print(json.load(sys.stdin))'\n";
    (void)state;
    char output[1024];
    assert_int_equal(run_shell(script, output, sizeof output), 0);
    assert_string_equal(output, "True 60 0 16\nFalse None 0 0\nTrue 30 2 16\n[]\n");
}

/* The library says the same lines once, and the program runs. */
static void the_library_complains_as_the_command_does(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "echo runs", NULL};
    const char *environment[] = {"TCPALIVE_PROBES=900", "TCPALIVE_IDLE=5x", NULL};
    struct child *child =
        child_start(&(struct child_plan){.argv = argv, .environment = environment, .preload = library});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_output(child), "runs\n");
    assert_string_equal(child_errors(child),
                        "tcpalive: TCPALIVE_IDLE '5x': not a duration such as 90s, 1h30m or 500ms\n"
                        "tcpalive: TCPALIVE_PROBES '900': must be 1..127\n");
}

#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_mistake_is_told_in_its_line),         TEST(the_program_keeps_its_exit_status),
        TEST(the_program_takes_the_commands_place),      TEST(arguments_and_settings_are_handed_on),
        TEST(the_library_is_preloaded_first_and_once),   TEST(the_library_is_found_or_its_place_refused),
        TEST(what_is_not_reached_is_told_or_refused),    TEST(help_and_version_are_answers),
        TEST(an_answer_that_nobody_gets_is_a_failure),   TEST(json_is_read_by_others),
        TEST(the_library_complains_as_the_command_does),
    };
    return cmocka_run_group_tests(tests, find_files, NULL);
}
