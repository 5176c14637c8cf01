/*
 * What the command answers, as scripts and people meet it: exit codes, one line for every mistake, help, version, JSON. What it
 * does to sockets is other tests' business.
 */
#include "command.h"
#include "harness/cmocka_all.h"
#include <stdio.h>
#include <string.h>

#define NEEDS_HELP "; see tcpalive --help\n"

static const struct command_row mistakes[] = {
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
    command_expect(mistakes, sizeof mistakes / sizeof *mistakes);
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
        struct child *child = command_start(askers[i], NULL);
        assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
        assert_string_equal(child_errors(child), "");
        for (size_t piece = 0; piece < sizeof pieces / sizeof *pieces; piece++)
            assert_non_null(strstr(child_output(child), pieces[piece]));
        child_stop(child);
    }
    struct child *child = command_start((const char *const[]){"--version", NULL}, NULL);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_int_equal(strncmp(child_output(child), "tcpalive 1.", 11), 0);
    assert_ptr_equal(strchr(child_output(child), '\n'), child_output(child) + strlen(child_output(child)) - 1);
}

static int run_shell(const char *script, char *output, size_t room)
{
    const char *argv[] = {"sh", "-c", script, command_path, NULL}, *environment[] = {COMMAND_SANITIZER, NULL};
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
        child_start(&(struct child_plan){.argv = argv, .environment = environment, .preload = command_library});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_output(child), "runs\n");
    assert_string_equal(child_errors(child),
                        "tcpalive: TCPALIVE_IDLE '5x': not a duration such as 90s, 1h30m or 500ms\n"
                        "tcpalive: TCPALIVE_PROBES '900': must be 1..127\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        COMMAND_TEST(every_mistake_is_told_in_its_line),         COMMAND_TEST(help_and_version_are_answers),
        COMMAND_TEST(an_answer_that_nobody_gets_is_a_failure),   COMMAND_TEST(json_is_read_by_others),
        COMMAND_TEST(the_library_complains_as_the_command_does),
    };
    return cmocka_run_group_tests(tests, command_find, NULL);
}
