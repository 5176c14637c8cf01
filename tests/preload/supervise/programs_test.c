/*
 * `tcpalive run` on programs that no preload reaches: the values of every socket read from outside, as root and as an
 * ordinary user, and bare, where they must differ.
 */
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/seen.h"
#include "harness/twice.h"
#include "supervise.h"
#include <stdio.h>
#include <unistd.h>

static const char *const *automatic(void)
{
    static const char *words[] = {NULL, "run", POLICY_SETTINGS, "--strict", NULL};
    words[0] = place_file("tcpalive");
    return words;
}

static void reach_as(const char *program, uid_t uid)
{
    struct supervise_start start = {.program = program, .uid = uid};
    struct child *bare = supervise_begin(&start);
    supervise_expect(bare, false);
    child_stop(bare);
    start.launcher = automatic();
    struct child *with = supervise_begin(&start);
    supervise_expect(with, true);
    child_close_stdin(with);
    assert_int_equal(child_wait(with, CHILD_DEADLINE_MS), SUPERVISE_EXIT_OF_TALK);
    assert_string_equal(child_errors(with), "");
    child_stop(with);
    supervise_expect_gone();
}

static void reach(const char *file)
{
    const char *program = place_file(file);
    if (!program)
        skip();
    reach_as(program, 0);
    if (getuid() == 0)
        reach_as(program, PLACE_NOBODY);
    seen_file(program, NULL, "supervise", NULL);
}

#define REACH_TEST(name, file)                                                                                         \
    static void name(void **state)                                                                                     \
    {                                                                                                                  \
        (void)state;                                                                                                   \
        reach(file);                                                                                                   \
    }

REACH_TEST(static_program, "tests/direct/static")
REACH_TEST(static_pie, "tests/direct/static-pie")
REACH_TEST(static_musl, "tests/direct/static-musl")
REACH_TEST(static_i386, "tests/direct/static-i386")
REACH_TEST(go_static, "tests/direct/go-static")
REACH_TEST(go_cgo, "tests/direct/go-cgo")
REACH_TEST(pascal, "tests/direct/pascal")
REACH_TEST(pascal_threads, "tests/direct/pascal-threads")

/* A server and a client of busybox, each under a supervisor of its own. */
static void busybox(void **state)
{
    char server[128], client[128];
    struct oracle_socket seen[POLICY_ROOM];
    const char *program = place_file("/bin/busybox");
    (void)state;
    if (!program)
        skip();
    int port = twice_free_port();
    snprintf(server, sizeof server, "echo ready; exec %s nc -l -p %d", program, port);
    snprintf(client, sizeof client, "%s nc 127.0.0.1 %d", program, port);
    const char *words[] = {place_file("tcpalive"), "run", POLICY_SETTINGS, program, "sh", "-c", NULL};
    struct child *listens = supervise_begin(&(struct supervise_start){.launcher = words, .program = server});
    assert_int_equal(child_listens(listens, port, CHILD_DEADLINE_MS), port);
    struct child *connects = supervise_begin(&(struct supervise_start){.launcher = words, .program = client});
    child_say(connects, "hello\n");
    assert_int_equal(child_line_with(listens, "hello", CHILD_DEADLINE_MS), 0);
    ssize_t count = oracle_tree(child_pid(listens), seen, POLICY_ROOM);
    assert_true(count > 0);
    count += oracle_tree(child_pid(connects), seen + count, (size_t)(POLICY_ROOM - count));
    policy_expect(seen, (size_t)count, true);
    seen_file("/bin/busybox", NULL, "supervise", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUPERVISE_TEST(static_program), SUPERVISE_TEST(static_pie),     SUPERVISE_TEST(static_musl),
        SUPERVISE_TEST(static_i386),    SUPERVISE_TEST(go_static),      SUPERVISE_TEST(go_cgo),
        SUPERVISE_TEST(pascal),         SUPERVISE_TEST(pascal_threads), SUPERVISE_TEST(busybox),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
