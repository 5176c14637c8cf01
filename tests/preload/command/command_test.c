/*
 * What the command answers, as scripts and people meet it: exit codes, one line for every mistake, help, version, JSON.
 * What it does to sockets is other tests' business.
 */
#include "command.h"
#include "harness/cmocka_all.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEEDS_PROGRAM "needs a PROGRAM; see tcpalive help run\n"
#define MUST_BE       ": must be run, explain, check, list, attach"

static const struct command_row mistakes[] = {
    {{NULL}, 125, "Usage: tcpalive COMMAND [ARG...], and COMMAND is run explain", {NULL}},
    {{""}, 125, "tcpalive: command ''" MUST_BE, {NULL}},
    {{"walk"}, 125, "tcpalive: command 'walk'" MUST_BE, {NULL}},
    {{"--walk"}, 125, "tcpalive: command '--walk'" MUST_BE, {NULL}},
    {{"help", "walk"}, 125, "tcpalive: command 'walk'" MUST_BE, {NULL}},
    {{"run", "--method", "both", "--strict", "--idel"}, 125, "tcpalive: run '--idel': no such option; did", {NULL}},
    {{"run"}, 125, "tcpalive: run: " NEEDS_PROGRAM, {NULL}},
    {{"run", "--"}, 125, "tcpalive: run: " NEEDS_PROGRAM, {NULL}},
    {{"run", "--idle", "5s"}, 125, "tcpalive: run: " NEEDS_PROGRAM, {NULL}},
    {{"run", "--idle"}, 125, "tcpalive: run '--idle': needs a value\n", {NULL}},
    {{"run", "--idle="}, 125, "tcpalive: run '--idle=': needs a value\n", {NULL}},
    {{"run", "--idel", "5s", "true"}, 125, "tcpalive: run '--idel': no such option; did you mean --idle?\n", {NULL}},
    {{"run", "-i", "true"}, 125, "tcpalive: run '-i': no such option\n", {NULL}},
    {{"run", "--method", "magic", "true"}, 125, "tcpalive: --method 'magic': must be auto, preload", {NULL}},
    {{"run", "--method=", "true"}, 125, "tcpalive: run '--method': needs a value\n", {NULL}},
    {{"run", "--idle", "true"}, 125, "tcpalive: --idle 'true': not a duration such as 90s, 1h30m or 500ms\n", {NULL}},
    {{"run", "--survive=aws_nlb", "true"},
     125,
     "tcpalive: --survive 'aws_nlb': neither a duration nor a middlebox that 'tcpalive explain' lists; did you mean "
     "aws-nlb?\n",
     {NULL}},
    {{"run", "--strict", "true"},
     125,
     "tcpalive: TCPALIVE_SURVIVES: no such setting; did you mean TCPALIVE_SURVIVE?\n"
     "tcpalive: refused 'true': a variable that begins with TCPALIVE_ is no setting\n",
     {"TCPALIVE_SURVIVES=aws-nlb"}},
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
    {{"explain", "--idel"}, 125, "tcpalive: explain '--idel': no such option; did you mean --idle?\n", {NULL}},
    {{"explain", "60s"}, 125, "tcpalive: explain '60s': takes settings only\n", {NULL}},
    {{"explain", "--json", "--probes"}, 125, "tcpalive: explain '--probes': needs a value\n", {NULL}},
    {{"explain", "--rules=any"}, 125, "tcpalive: --rules 'any': no address: ''\n", {NULL}},
    {{"check"}, 125, "tcpalive: check: needs a PROGRAM; see tcpalive help check\n", {NULL}},
    {{"check", "-x"}, 125, "tcpalive: check '-x': no such option\n", {NULL}},
    {{"check", "--", "/nowhere/x"}, 127, "tcpalive: program '/nowhere/x': No such file or directory\n", {NULL}},
    {{"list", "--jsno"}, 125, "tcpalive: list '--jsno': no such option; did you mean --json?\n", {NULL}},
    {{"list", "--pid", "x"}, 125, "tcpalive: --pid 'x': must be a process number\n", {NULL}},
    {{"list", "--pid"}, 125, "tcpalive: list '--pid': needs a value\n", {NULL}},
    {{"list", "nginx"}, 125, "tcpalive: list 'nginx': takes options only: --pid, --port, --program\n", {NULL}},
    {{"list", "--port=0"}, 125, "tcpalive: --port '0': must be 1..65535, and may", {NULL}},
    {{"list", "--pid=2147483647"}, 1, "tcpalive: process '2147483647': No such process\n", {NULL}},
    {{"attach"}, 125, "tcpalive: attach: takes process numbers, --program, --unit, or --all\n", {NULL}},
    {{"attach", "--idle"}, 125, "tcpalive: attach '--idle': needs a value\n", {NULL}},
    {{"attach", "--idel", "1"}, 125, "tcpalive: attach '--idel': no such option; did you mean --idle?\n", {NULL}},
    {{"attach", "x"}, 125, "tcpalive: attach 'x': must be a process number;", {NULL}},
    {{"attach", "--port=65536", "1"}, 125, "tcpalive: --port '65536': must be 1..65535, and may", {NULL}},
    {{"attach", "--idle=0", "1"}, 125, "tcpalive: --idle '0': must be 1ms..32767s\n", {NULL}},
    {{"attach", "2147483647"}, 1, "tcpalive: process '2147483647': No such process\n", {NULL}},
};

static void every_mistake_is_told_in_its_line(void **state)
{
    (void)state;
    command_expect(mistakes, sizeof mistakes / sizeof *mistakes);
}

static char *output_of(const char *const *words)
{
    static char output[8192];
    struct child *child = command_start(words, NULL);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_errors(child), "");
    snprintf(output, sizeof output, "%s", child_output(child));
    child_stop(child);
    return output;
}

/* 80 columns, 24 lines. */
static void expect_screen(const char *shown)
{
    int lines = 0, width = 0;
    for (const char *c = shown; *c; c++) {
        width = *c == '\n' ? 0 : width + 1;
        lines += *c == '\n';
        assert_in_range(width, 0, 80);
    }
    assert_in_range(lines, 5, 24);
}

static void help_is_one_screen_for_each_command(void **state)
{
    static const char *const names[] = {"run",    "explain", "check",   "list",   "attach",
                                        "cgroup", "enable",  "disable", "measure"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char example[64], *shown = output_of((const char *const[]){"help", names[i], NULL});
        expect_screen(shown);
        snprintf(example, sizeof example, "Usage: tcpalive %s ", names[i]);
        assert_int_equal(strncmp(shown, example, strlen(example)), 0);
        snprintf(example, sizeof example, "\n  tcpalive %s ", names[i]);
        char *first = strstr(shown, example);
        assert_true(first && strstr(first + 1, example));
        char *copy = strdup(shown);
        assert_string_equal(output_of((const char *const[]){names[i], "--help", NULL}), copy);
        free(copy);
    }
    char *settings = output_of((const char *const[]){"help", "settings", NULL});
    expect_screen(settings);
    assert_non_null(strstr(settings, "\n  --log-file stderr|syslog|PATH "));
}

static void help_and_version_are_answers(void **state)
{
    static const char *const askers[][3] = {{"--help"}, {"-h"}, {"help"}, {"help", "help"}};
    static const char *const versions[][2] = {{"--version"}, {"-V"}, {"version"}};
    (void)state;
    for (size_t i = 0; i < sizeof askers / sizeof *askers; i++) {
        char *shown = output_of(askers[i]);
        expect_screen(shown);
        assert_non_null(strstr(shown, "\n  explain   Prints"));
        assert_non_null(strstr(shown, "\nExit status: "));
    }
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        char *shown = output_of(versions[i]);
        assert_int_equal(strncmp(shown, "tcpalive 1.", 11), 0);
        assert_ptr_equal(strchr(shown, '\n'), shown + strlen(shown) - 1);
    }
}

static int run_shell(const char *script, char *output, size_t room)
{
    const char *argv[] = {"sh", "-c", script, command_path, NULL}, *environment[] = {COMMAND_SANITIZER, NULL};
    return child_run(&(struct child_plan){.argv = argv, .environment = environment}, output, room);
}

/* `tcpalive PROGRAM`, as with nohup or timeout. */
static void a_forgotten_run_is_suggested(void **state)
{
    static const struct command_row rows[] = {
        {{"ls"}, 125, "tcpalive: command 'ls'" MUST_BE, {NULL}},
        {{"--survive", "350", "ls"}, 125, "tcpalive: command '--survive'" MUST_BE, {NULL}},
    };
    char output[1024];
    (void)state;
    command_expect(rows, sizeof rows / sizeof *rows);
    assert_int_equal(run_shell("\"$0\" ls 2>&1", output, sizeof output), 125);
    assert_non_null(strstr(output, "; did you mean tcpalive run ls?\n"));
    assert_int_equal(run_shell("\"$0\" --survive=350 ls 2>&1", output, sizeof output), 125);
    assert_non_null(strstr(output, "; did you mean tcpalive run --survive=350?\n"));
    assert_int_equal(run_shell("\"$0\" explian 2>&1", output, sizeof output), 125);
    assert_non_null(strstr(output, "; did you mean tcpalive explain?\n"));
    assert_int_equal(run_shell("\"$0\" hlep 2>&1", output, sizeof output), 125);
    assert_non_null(strstr(output, "; did you mean tcpalive help?\n"));
}

/* A full disk, and a descriptor that was closed: every command, one line, 125. */
static void an_answer_that_nobody_gets_is_a_failure(void **state)
{
    static const char *const commands[] = {"--help",
                                           "help run",
                                           "version",
                                           "explain",
                                           "check sh",
                                           "check --json sh",
                                           "list --pid $$",
                                           "list --json --pid $$",
                                           "explain --json",
                                           "attach $$",
                                           "attach --verbose $$"};
    char script[256], output[1024];
    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        snprintf(script, sizeof script, "\"$0\" %s 2>&1 >/dev/full", commands[i]);
        if (run_shell(script, output, sizeof output) != 125 || strncmp(output, "tcpalive: output: ", 18) != 0)
            fail_msg("%s: %s", script, output);
        assert_ptr_equal(strchr(output, '\n'), output + strlen(output) - 1);
        snprintf(script, sizeof script, "\"$0\" %s 2>&1 >&-", commands[i]);
        if (run_shell(script, output, sizeof output) != 125 || strncmp(output, "tcpalive: output: ", 18) != 0)
            fail_msg("%s: %s", script, output);
        snprintf(script, sizeof script, "\"$0\" %s <&- >&- 2>&-", commands[i]);
        assert_int_equal(run_shell(script, NULL, 0), 125);
    }
}

/* What was closed to us is closed to the program too, and is nobody's descriptor on the way. */
static void closed_descriptors_stay_closed(void **state)
{
    static const char look[] = "for n in 0 1 2; do [ -e /proc/$$/fd/$n ] || echo $n >>\"$OUT\"; done";
    static const struct {
        const char *closing, *closed;
    } rows[] = {{"", ""}, {"<&-", "0\n"}, {"<&- >&-", "0\n1\n"}, {"<&- >&- 2>&-", "0\n1\n2\n"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int method = 0; method < 2; method++) {
            char script[1024], output[256];
            snprintf(
                script, sizeof script,
                "OUT=$(mktemp) || exit; export OUT; \"$0\" run --method %s sh -c '%s' %s; status=$?; cat \"$OUT\"; rm "
                "\"$OUT\"; exit $status",
                method ? "supervise" : "preload", look, rows[i].closing);
            assert_int_equal(run_shell(script, output, sizeof output), 0);
            assert_string_equal(output, rows[i].closed);
        }
    }
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

/* The library says the same lines once, at the first TCP socket, and the program runs. */
static void the_library_complains_as_the_command_does(void **state)
{
    (void)state;
    const char *argv[] = {"perl", "-MSocket", "-e", "socket(S, PF_INET, SOCK_STREAM, 0); print qq(runs\\n)", NULL};
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
        COMMAND_TEST(every_mistake_is_told_in_its_line),
        COMMAND_TEST(help_and_version_are_answers),
        COMMAND_TEST(help_is_one_screen_for_each_command),
        COMMAND_TEST(a_forgotten_run_is_suggested),
        COMMAND_TEST(closed_descriptors_stay_closed),
        COMMAND_TEST(an_answer_that_nobody_gets_is_a_failure),
        COMMAND_TEST(json_is_read_by_others),
        COMMAND_TEST(the_library_complains_as_the_command_does),
    };
    return cmocka_run_group_tests(tests, command_find, NULL);
}
