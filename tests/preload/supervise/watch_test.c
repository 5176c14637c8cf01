/* What no notified call tells of, put under the policy a moment later: rings, daemons, memory that is filled late. */
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/scene.h"
#include "supervise.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RULE_IDLE = 9 };

struct wanted {
    pid_t pid;
    size_t count; /* sockets with this idle, of those with a peer where `connected` */
    int idle, connected;
};

static int are_there(void *argument)
{
    const struct wanted *wanted = argument;
    struct oracle_socket seen[POLICY_ROOM];
    ssize_t count = oracle_process(wanted->pid, seen, POLICY_ROOM);
    size_t with = 0;
    for (ssize_t i = 0; i < count; i++)
        with += seen[i].keepalive && seen[i].idle == wanted->idle &&
                (!wanted->connected || seen[i].peer.ss_family != AF_UNSPEC);
    return with >= wanted->count;
}

static void expect(struct wanted wanted)
{
    assert_int_equal(scene_until(are_there, &wanted, CHILD_DEADLINE_MS), 0);
}

/* `tcpalive run ... METHOD [RULES] PROGRAM ring nothing`: the end of the connection that was made in the ring. */
static void ring(const char *method, const char *rules, const char *program)
{
    const char *words[SUPERVISE_WORDS] = {place_file("tcpalive"), "run", POLICY_SETTINGS, "--method", method};
    size_t count = 10;
    assert_non_null(place_file("libtcpalive.so"));
    if (rules) {
        words[count++] = "--rules";
        words[count++] = rules;
    }
    words[count++] = place_file(program);
    words[count] = "ring";
    struct child *child = supervise_begin(&(struct supervise_start){.launcher = words, .program = "nothing"});
    const char *line = child_line(child, CHILD_DEADLINE_MS);
    if (line && strcmp(line, "unavailable") == 0)
        skip();
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    expect((struct wanted){child_pid(child), 1, rules ? RULE_IDLE : POLICY_IDLE, 1});
    child_stop(child);
}

static void what_a_ring_connects(void **state)
{
    (void)state;
    ring("supervise", NULL, "tests/direct/keep");
    ring("both", NULL, "tests/direct/keep-dynamic");
}

static void what_a_ring_connects_under_rules(void **state)
{
    (void)state;
    ring("supervise", "connect 127.0.0.1 idle=9", "tests/direct/keep");
    ring("both", "connect 127.0.0.1 idle=9", "tests/direct/keep-dynamic");
}

/* It listens, and leaves the accepting to its child's child. */
static const char daemon_script[] = "import os, socket, sys, time\n"
                                    "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(5)\n"
                                    "time.sleep(float(sys.argv[1]))\n"
                                    "if os.fork(): os._exit(0)\n"
                                    "os.setsid()\n"
                                    "if os.fork(): os._exit(0)\n"
                                    "c = socket.socket(); p = s.getsockname()\n"
                                    "if os.fork() == 0: c.connect(p); time.sleep(60); os._exit(0)\n"
                                    "a = s.accept()\n"
                                    "print(os.getpid(), flush=True)\n"
                                    "time.sleep(60)\n";

static void daemon_is_reached(const char *pause)
{
    const char *words[] = {place_file("tcpalive"),    "run",     "--method", "supervise",   "--rules",
                           "accept 127.0.0.1 idle=9", "python3", "-c",       daemon_script, NULL};
    struct child *child = supervise_begin(&(struct supervise_start){.launcher = words, .program = pause});
    const char *line = child_line(child, CHILD_DEADLINE_MS);
    pid_t daemon = line ? atoi(line) : 0;
    assert_true(daemon > 0 && daemon != child_pid(child));
    struct wanted wanted = {daemon, 1, RULE_IDLE, 1};
    int late = scene_until(are_there, &wanted, CHILD_DEADLINE_MS);
    kill(-getpgid(daemon), SIGKILL); /* a session of its own */
    assert_int_equal(late, 0);
    supervise_expect_gone();
}

/* Its first process ends before anybody looked at its children, or after. */
static void daemons_that_listened_before(void **state)
{
    (void)state;
    daemon_is_reached("0");
    daemon_is_reached("0.5");
}

static void with_pages_of(const char *what, const char *says)
{
    const char *words[] = {place_file("tcpalive"),     "run", "--method", "supervise", "--rules",
                           "connect 127.0.0.1 idle=9", NULL};
    struct child *child = supervise_begin(
        &(struct supervise_start){.launcher = words, .program = place_file("tests/direct/late"), .argument = what});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    if (strcmp(child_output(child), "unavailable\n") == 0)
        skip();
    assert_string_equal(child_output(child), says);
}

static void nobody_waits_for_a_page(void **state)
{
    (void)state;
    with_pages_of(NULL, "filler: 9\nothers: 20\nlate: 9\n");
}

/* As constants are that a program has not used before, or not since it forked. */
static void a_page_of_a_file_is_read(void **state)
{
    (void)state;
    with_pages_of("file", "file: 9\n");
}

/* A program that does what it can to keep the supervisor from answering others. */
static void hostile_programs_hold_up_nobody(void **state)
{
    char script[1024];
    const char *words[] = {place_file("tcpalive"),     "run", "--method", "supervise", "--rules",
                           "connect 127.0.0.1 idle=9", "sh",  "-c",       NULL};
    (void)state;
    snprintf(script, sizeof script, "%s hostile & read go; %s steady 3000; kill -9 $!", place_file("tests/direct/late"),
             place_file("tests/direct/strain"));
    struct child *child = supervise_begin(&(struct supervise_start){.launcher = words, .program = script});
    const char *line = child_line(child, CHILD_DEADLINE_MS);
    if (line && strcmp(line, "unavailable") == 0)
        skip();
    child_say(child, "\n");
    assert_int_equal(child_line_with(child, "3000 of 3000", CHILD_DEADLINE_MS), 0);
    child_wait(child, CHILD_DEADLINE_MS);
    supervise_expect_gone();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUPERVISE_TEST(what_a_ring_connects),         SUPERVISE_TEST(what_a_ring_connects_under_rules),
        SUPERVISE_TEST(daemons_that_listened_before), SUPERVISE_TEST(nobody_waits_for_a_page),
        SUPERVISE_TEST(a_page_of_a_file_is_read),     SUPERVISE_TEST(hostile_programs_hold_up_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
