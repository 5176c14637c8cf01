/*
 * What the sockets of a supervised program get: by mode, by rule, handed over, together with the preload; and the log.
 */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/place.h"
#include "harness/scene.h"
#include "supervise.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void modes_answer_the_programs_own_calls(void **state)
{
    (void)state;
    for (size_t i = 0; i < POLICY_MODES; i++) {
        struct oracle_socket seen[POLICY_ROOM];
        const char *words[] = {
            place_file("tcpalive"), "run", POLICY_SETTINGS, "--user-timeout", "5s", "--method", "supervise", "--mode",
            policy_modes[i].name,   NULL};
        struct child *child = supervise_begin(&(struct supervise_start){
            .launcher = words, .program = place_file("tests/direct/static"), .argument = "own"});
        policy_expect_mode(seen, supervise_look(child, seen), &policy_modes[i]);
        child_stop(child);
    }
}

static void rules_decide_by_direction(void **state)
{
    struct oracle_socket seen[POLICY_ROOM];
    const char *words[] = {place_file("tcpalive"),
                           "run",
                           POLICY_SETTINGS,
                           "--method",
                           "supervise",
                           "--rules",
                           "connect 127.0.0.1 idle=55; connect * off; accept [::1] idle=33; accept * idle=66",
                           NULL};
    (void)state;
    struct child *child =
        supervise_begin(&(struct supervise_start){.launcher = words, .program = place_file("tests/direct/static")});
    size_t count = supervise_look(child, seen), accepted = 0;
    int port[2];
    policy_ports(seen, count, port);
    for (long long end = scene_now_ms() + CHILD_DEADLINE_MS; accepted < 3 && scene_now_ms() < end;) {
        accepted = 0; /* by the peer's address: only when the supervisor looked again */
        assert_int_equal(oracle_process(child_pid(child), seen, POLICY_ROOM), count);
        for (size_t i = 0; i < count; i++)
            accepted += !seen[i].listening && seen[i].domain == AF_INET6 && seen[i].idle == 33;
        if (!port[1])
            break; /* no IPv6 here */
        usleep(20000);
    }
    for (size_t i = 0; i < count; i++) {
        bool v6 = seen[i].domain == AF_INET6;
        if (!seen[i].listening && oracle_port(&seen[i].peer) == port[v6])
            assert_int_equal(seen[i].keepalive ? seen[i].idle : 0, v6 ? 0 : 55);
        else if (!seen[i].listening)
            assert_int_equal(seen[i].idle, v6 ? 33 : 66);
    }
    child_stop(child);
}

static void a_listener_that_was_handed_over(void **state)
{
    struct oracle_socket seen;
    int fd = loopback_listener();
    (void)state;
    const struct child_descriptor given[] = {{fd, 9}, {-1, -1}};
    struct supervise_start start = {.program = place_file("tests/direct/static"), .descriptors = given};
    start.launcher = supervise_words();
    struct child *child = supervise_begin(&start);
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    assert_int_equal(oracle_read(child_pid(child), 9, &seen), 0);
    assert_true(policy_on(&seen));
    child_stop(child);
    close(fd);
}

static void what_is_handed_over_to_other_programs_is_left_alone(void **state)
{
    struct oracle_socket seen;
    int fd = loopback_listener();
    (void)state;
    const struct child_descriptor given[] = {{fd, 9}, {-1, -1}};
    const char *words[] = {
        place_file("tcpalive"), "run", POLICY_SETTINGS, "--method", "supervise", "--programs", "!static", NULL};
    struct child *child = supervise_begin(&(struct supervise_start){
        .launcher = words, .program = place_file("tests/direct/static"), .descriptors = given});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    assert_int_equal(oracle_read(child_pid(child), 9, &seen), 0);
    assert_false(policy_on(&seen));
    child_stop(child);
    close(fd);
}

/* A thread may have a name of its own; the program is what was started. */
static void threads_are_their_program(void **state)
{
    static const struct {
        const char *programs, *line;
    } rows[] = {
        {"keep", "keepalive 1 idle 41"}, {"!worker*", "keepalive 1 idle 41"}, {"worker*", "keepalive 1 idle 20"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *words[] = {place_file("tcpalive"),
                               "run",
                               POLICY_SETTINGS,
                               "--method",
                               "supervise",
                               "--programs",
                               rows[i].programs,
                               place_file("tests/direct/keep"),
                               NULL};
        struct child *child = supervise_begin(&(struct supervise_start){.launcher = words, .program = "thread"});
        const char *line = child_line(child, CHILD_DEADLINE_MS);
        assert_string_equal(line ? line : "", rows[i].line);
        child_stop(child);
    }
}

static void standard_descriptors_may_be_closed(void **state)
{
    static const char *const closed[] = {"<&-", ">&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"};
    (void)state;
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        char script[2048], line[64] = "";
        const char *file = place_path("closed");
        snprintf(script, sizeof script, "exec %s run %s --method supervise -- sh -c 'exec %s 2>%s' %s",
                 place_file("tcpalive"), "--idle 41", place_file("tests/direct/strain"), file, closed[i]);
        const char *argv[] = {"sh", "-c", script, NULL};
        assert_int_equal(child_run(&(struct child_plan){.argv = argv}, NULL, 0), 0);
        FILE *read = fopen(file, "re");
        assert_true(read && fgets(line, sizeof line, read));
        fclose(read);
        assert_string_equal(line, "idle 41\n");
    }
}

/* A dynamic program that starts a static one: the preload alone would lose sight of it. */
static void both_methods_together(void **state)
{
    const char *tcpalive = place_file("tcpalive");
    char script[1024];
    (void)state;
    assert_non_null(place_file("libtcpalive.so"));
    snprintf(script, sizeof script, "env | grep -q LD_PRELOAD && %s; exit 3", place_file("tests/direct/strain"));
    const char *words[] = {tcpalive, "run", "--method", "both", POLICY_SETTINGS, "sh", "-c", NULL};
    struct child *child = supervise_begin(&(struct supervise_start){.launcher = words, .program = script});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 3);
    assert_string_equal(child_errors(child), "idle 41\n");
    words[3] = "preload";
    child = supervise_begin(&(struct supervise_start){.launcher = words, .program = script});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 3);
    assert_string_not_equal(child_errors(child), "idle 41\n");
}

static void connections_are_logged(void **state)
{
    (void)state;
    const char *words[] = {
        place_file("tcpalive"), "run", POLICY_SETTINGS, "--log", "info", "--method", "supervise", NULL};
    struct child *child =
        supervise_begin(&(struct supervise_start){.launcher = words, .program = place_file("tests/direct/strain")});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_non_null(strstr(child_errors(child), "tcpalive: connect 127.0.0.1:"));
    assert_non_null(strstr(child_errors(child), "idle 41s, interval 7s, probes 4\n"));
}

static void the_log_says_what_the_kernel_holds(void **state)
{
    (void)state;
    const char *words[] = {place_file("tcpalive"),
                           "run",
                           POLICY_SETTINGS,
                           "--mode",
                           "respect",
                           "--log",
                           "info",
                           "--method",
                           "supervise",
                           place_file("tests/direct/static"),
                           NULL};
    struct child *child = supervise_begin(&(struct supervise_start){.launcher = words, .program = "own"});
    assert_int_equal(child_error_with(child, "idle 15s, interval 7s, probes 4", CHILD_DEADLINE_MS), 0);
    child_stop(child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUPERVISE_TEST(modes_answer_the_programs_own_calls),
        SUPERVISE_TEST(rules_decide_by_direction),
        SUPERVISE_TEST(a_listener_that_was_handed_over),
        SUPERVISE_TEST(what_is_handed_over_to_other_programs_is_left_alone),
        SUPERVISE_TEST(threads_are_their_program),
        SUPERVISE_TEST(standard_descriptors_may_be_closed),
        SUPERVISE_TEST(both_methods_together),
        SUPERVISE_TEST(connections_are_logged),
        SUPERVISE_TEST(the_log_says_what_the_kernel_holds),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
