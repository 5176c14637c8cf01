/*
 * What measure says and does on loopback, where no path forgets: mistakes, silence, interruption.
 * Limits are found in tests/labs/measure_test.c.
 */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/oracle.h"
#include "harness/scene.h"
#include "preload/command/command.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MANY = 16 };

static const struct command_row mistakes[] = {
    {{"measure"}, 125, "tcpalive: measure: needs HOST:PORT, or -- PROGRAM", {NULL}},
    {{"measure", "--"}, 125, "tcpalive: measure: needs HOST:PORT, or -- PROGRAM", {NULL}},
    {{"measure", "host"}, 125, "tcpalive: measure 'host': must be HOST:PORT, an IPv6 address in brackets\n", {NULL}},
    {{"measure", "host:"}, 125, "tcpalive: measure 'host:': must be HOST:PORT", {NULL}},
    {{"measure", "host:0"}, 125, "tcpalive: measure 'host:0': must be HOST:PORT", {NULL}},
    {{"measure", "host:65536"}, 125, "tcpalive: measure 'host:65536': must be HOST:PORT", {NULL}},
    {{"measure", ":80"}, 125, "tcpalive: measure ':80': must be HOST:PORT", {NULL}},
    {{"measure", "::1:80"}, 125, "tcpalive: measure '::1:80': must be HOST:PORT", {NULL}},
    {{"measure", "[host]:80"}, 125, "tcpalive: measure '[host]:80': must be HOST:PORT", {NULL}},
    {{"measure", "--jsn", "a:1"}, 125, "tcpalive: measure '--jsn': no such option; did you mean --json?\n", {NULL}},
    {{"measure", "a:1", "b"}, 125, "tcpalive: measure 'b': one HOST:PORT; a PROGRAM comes after --\n", {NULL}},
    {{"measure", "--up-to", "5x", "a:1"}, 125, "tcpalive: --up-to '5x': not a duration", {NULL}},
    {{"measure", "--up-to", "9h7m", "a:1"}, 125, "tcpalive: --up-to '9h7m': must be 1s..32767s\n", {NULL}},
    {{"measure", "--up-to=4s", "a:1"}, 125, "tcpalive: --up-to '4s': must be at least --from", {NULL}},
    {{"measure", "--from=0", "a:1"}, 125, "tcpalive: --from '0': must be 1s..32767s\n", {NULL}},
    {{"measure", "--connections=65", "a:1"}, 125, "tcpalive: --connections '65': must be 1..64\n", {NULL}},
    {{"measure", "--direction=up", "a:1"}, 125, "tcpalive: --direction 'up': must be out or in\n", {NULL}},
    {{"measure", "--port=5", "a:1"}, 125, "tcpalive: --port: is for measure -- PROGRAM", {NULL}},
    {{"measure", "--serve", "x"}, 125, "tcpalive: --serve 'x': must be [ADDRESS:]PORT", {NULL}},
    {{"measure", "--serve", "5", "a:1"}, 125, "tcpalive: measure 'a:1': nothing goes with --serve\n", {NULL}},
    {{"measure", "--", "/nowhere/x"}, 127, "tcpalive: program '/nowhere/x': No such file or directory\n", {NULL}},
    {{"measure", "--", "/tmp"}, 126, "tcpalive: program '/tmp': Permission denied\n", {NULL}},
    /* However long a resolver that does not answer is asked elsewhere. */
    {{"measure", "no-such-host.invalid:80"},
     1,
     "tcpalive: measure 'no-such-host.invalid:80': ",
     {"RES_OPTIONS=timeout:1 attempts:1"}},
};

static void mistakes_get_a_line(void **state)
{
    (void)state;
    command_expect(mistakes, sizeof mistakes / sizeof *mistakes);
}

static int take(int listener)
{
    struct pollfd one = {.fd = listener, .events = POLLIN};
    assert_int_equal(poll(&one, 1, CHILD_DEADLINE_MS), 1);
    int fd = accept(listener, NULL, NULL);
    assert_true(fd >= 0);
    return fd;
}

static void a_service_sees_silent_clients(void **state)
{
    int listener = loopback_listener(), fds[3];
    const char *words[] = {"measure", "--json", "--from=1s", "--up-to=2s", loopback_name(loopback_port(listener)),
                           NULL};
    struct child *child = command_start(words, NULL);
    (void)state;
    for (size_t i = 0; i < 3; i++)
        fds[i] = take(listener);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(loopback_bytes_before_end(fds[i]), 0);
        close(fds[i]);
    }
    close(listener);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_non_null(strstr(child_output(child),
                           "\"direction\":\"out\",\"remembers_s\":2,\"forgets_s\":null,\"cause\":\"none\","
                           "\"probes_help\":null,\"survive\":null,\"connections\":[{\"silence_s\":1,"
                           "\"outcome\":\"held\"},{\"silence_s\":2,\"outcome\":\"held\"},"
                           "{\"silence_s\":2,\"outcome\":\"held\"}]}\n"));
    assert_string_equal(child_errors(child), "");
}

struct values {
    pid_t pid;
    int idle[MANY];
    size_t count;
};

static int has_three(void *argument)
{
    struct values *values = argument;
    struct oracle_socket seen[MANY];
    ssize_t count = oracle_tree(values->pid, seen, MANY);
    values->count = 0;
    for (ssize_t i = 0; i < count && i < MANY; i++)
        if (!seen[i].listening && seen[i].keepalive && seen[i].probes == 5 && seen[i].interval == 1)
            values->idle[values->count++] = seen[i].idle;
    return values->count == 3;
}

static void interrupted(int number)
{
    int listener = loopback_listener();
    const char *words[] = {"measure", "--from=1000s", "--up-to=1200s", loopback_name(loopback_port(listener)), NULL};
    struct child *child = command_start(words, NULL);
    struct values values = {.pid = child_pid(child)};
    assert_int_equal(scene_until(has_three, &values, CHILD_DEADLINE_MS), 0);
    assert_int_equal(values.idle[0] + values.idle[1] + values.idle[2], 1000 + 1200 + 1200);
    child_signal(child, number);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 1);
    assert_non_null(strstr(child_output(child), "  1000s to 1200s: not known yet (3 connections)\n"));
    assert_non_null(strstr(child_output(child), "Nothing is known yet.\n"));
    close(listener);
}

static void a_signal_prints_what_is_known(void **state)
{
    (void)state;
    interrupted(SIGINT);
    interrupted(SIGTERM);
}

/* The policy of whoever measures is not that of the measurement. */
static void a_preloaded_policy_changes_nothing(void **state)
{
    int listener = loopback_listener();
    const char *argv[] = {scene_build("tcpalive"),
                          "measure",
                          "--json",
                          "--from=1s",
                          "--up-to=1s",
                          loopback_name(loopback_port(listener)),
                          NULL};
    const char *environment[] = {"TCPALIVE_IDLE=77s", NULL};
    struct child *child =
        child_start(&(struct child_plan){.argv = argv, .environment = environment, .preload = command_library});
    (void)state;
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_non_null(strstr(child_output(child), "\"remembers_s\":1,\"forgets_s\":null"));
    close(listener);
}

/* Its clients get no end of input, end by SIGTERM, and leave nothing behind. */
static void programs_are_held_open_and_ended(void **state)
{
    int listener = loopback_listener(), port = loopback_port(listener);
    char number[16], *directory = scene_directory(), mark[PATH_MAX];
    snprintf(number, sizeof number, "%d", port);
    snprintf(mark, sizeof mark, "%s/ended", directory);
    const char *script = "trap 'echo >>\"$1\"; kill $!; exit' TERM; exec 3<&0; nc 127.0.0.1 \"$0\" <&3 & wait";
    const char *words[] = {"measure", "--json", "--from=2s", "--up-to=3s", "--", "sh",
                           "-c",      script,   number,      mark,         NULL};
    struct child *child = command_start(words, NULL);
    (void)state;
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_non_null(strstr(child_output(child), "{\"silence_s\":2,\"outcome\":\"held\"},{\"silence_s\":3,\"outcome\":"
                                                "\"held\"},{\"silence_s\":3,\"outcome\":\"held\"}"));
    assert_non_null(strstr(child_output(child), "\"peer\":\"127.0.0.1:"));
    FILE *file = fopen(mark, "r");
    assert_non_null(file);
    for (int i = 0; i < 3; i++)
        assert_int_equal(fgetc(file), '\n');
    fclose(file);
    for (int i = 0; i < 3; i++) {
        int fd = take(listener);
        assert_int_equal(loopback_bytes_before_end(fd), 0);
        close(fd);
    }
    close(listener);
    scene_remove_directory(directory);
}

static void a_program_that_ends_is_shown(void **state)
{
    const char *words[] = {"measure", "--up-to=5s", "--", "sh", "-c", "echo no such host; exit 3", NULL};
    struct child *child = command_start(words, NULL);
    (void)state;
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 1);
    assert_string_equal(child_errors(child),
                        "tcpalive: the program for '5s': ended by itself with status 3\nno such host\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        COMMAND_TEST(mistakes_get_a_line),
        COMMAND_TEST(a_service_sees_silent_clients),
        COMMAND_TEST(a_signal_prints_what_is_known),
        COMMAND_TEST(a_preloaded_policy_changes_nothing),
        COMMAND_TEST(programs_are_held_open_and_ended),
        COMMAND_TEST(a_program_that_ends_is_shown),
    };
    return cmocka_run_group_tests(tests, command_find, NULL);
}
