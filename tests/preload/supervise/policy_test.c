/* What the sockets of a supervised program get: by mode, by rule, handed over, together with the preload; and the log. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUPERVISE_TEST(modes_answer_the_programs_own_calls),
        SUPERVISE_TEST(rules_decide_by_direction),
        SUPERVISE_TEST(a_listener_that_was_handed_over),
        SUPERVISE_TEST(both_methods_together),
        SUPERVISE_TEST(connections_are_logged),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
