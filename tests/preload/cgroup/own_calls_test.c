/*
 * A control group's policy and what programs do themselves: wrong calls, calls on connections that are older than the
 * policy or were made under another one, a socket that is connected again, and MPTCP. 7200 s, 75 s and 9 probes are the
 * system's own: tcp(7).
 */
#include "cgroup.h"
#include "harness/cmocka_all.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* With and without a policy the kernel says the same. */
static void wrong_calls_get_the_kernels_own_answer(void **state)
{
    static const char *const calls[] = {"client.setsockopt(6, 4, 0)",
                                        "client.setsockopt(6, 4, 99999)",
                                        "client.setsockopt(6, 5, -1)",
                                        "client.setsockopt(6, 6, 128)",
                                        "client.setsockopt(6, 18, -1)",
                                        "client.setsockopt(6, 4, b'x')",
                                        "client.setsockopt(1, 9, b'')",
                                        "listener.setsockopt(6, 4, 0)",
                                        "socket.socket().setsockopt(6, 4, 0)",
                                        "socket.socket(2, 2).setsockopt(6, 4, 9)",
                                        "socket.socket(1, 1).setsockopt(6, 4, 9)"};
    static const char *const policies[][5] = {
        {NULL},
        {"--replace", "--idle", "41", NULL},
        {"--replace", "--mode", "tighten", NULL},
        {"--replace", "--mode", "respect", NULL},
        {"--replace", "--rules", "any * idle=41", NULL},
    };
    int errors[sizeof calls / sizeof *calls];
    (void)state;
    cgroup_need();
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        if (policies[i][0])
            cgroup_put(policies[i]);
        struct child *child = cgroup_start_told();
        for (size_t call = 0; call < sizeof calls / sizeof *calls; call++) {
            int error = cgroup_tell(child, calls[call]);
            if (i == 0)
                errors[call] = error;
            else if (error != errors[call])
                fail_msg("policy %zu, %s: %s", i, calls[call], strerror(error));
            assert_int_not_equal(error, 0);
        }
        child_stop(child);
    }
}

/* A value may be longer than it need be; the kernel looks at its first bytes. Beyond a page it goes by another path. */
static void long_values(void **state)
{
    static const char *const policies[][5] = {{"--replace", "--idle", "41", NULL},
                                              {"--replace", "--rules", "any * idle=41", NULL},
                                              {"--replace", "--mode", "tighten", "--idle=41", NULL}};
    (void)state;
    cgroup_need();
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        cgroup_put(policies[i]);
        struct child *child = cgroup_start_told();
        assert_int_equal(cgroup_tell(child, "client.setsockopt(6, 4, (99).to_bytes(8, 'little'))"), 0);
        assert_int_equal(cgroup_told_socket(child, "client").idle, 41);
        assert_int_equal(cgroup_tell(child, "client.setsockopt(6, 4, (99).to_bytes(8192, 'little'))"), 0);
        assert_int_equal(cgroup_told_socket(child, "client").idle, 41);
        assert_int_equal(cgroup_tell(child, "socket.socket(2, 2).setsockopt(1, 2, b'\\1' * 4097)"), 0);
        child_stop(child);
    }
}

static void a_user_timeout_of_its_own_stands(void **state)
{
    static const char *const policies[][5] = {{"--replace", "--idle", "41", NULL},
                                              {"--replace", "--detect", "30s", NULL},
                                              {"--replace", "--rules", "any * idle=41", NULL},
                                              {"--replace", "--user-timeout", "system", NULL}};
    (void)state;
    cgroup_need();
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        cgroup_put(policies[i]);
        struct child *child = cgroup_start_told();
        assert_int_equal(cgroup_tell(child, "client.setsockopt(6, 18, 3000)"), 0);
        assert_int_equal(cgroup_told_socket(child, "client").user_timeout, 3000);
        child_stop(child);
    }
    cgroup_put(WORDS_OF("--replace", "--user-timeout", "7s"));
    struct child *child = cgroup_start_told();
    assert_int_equal(cgroup_tell(child, "client.setsockopt(6, 18, 3000)"), 0);
    assert_int_equal(cgroup_told_socket(child, "client").user_timeout, 7000);
}

/* It keeps what it has until its program asks for keepalive; then the mode answers. */
static void a_connection_from_before(void **state)
{
    static const struct {
        const char *asks;
        int keepalive, idle;
    } steps[] = {{"client.setsockopt(6, 4, 15)", 0, 41},
                 {"client.setsockopt(1, 9, 1)", 1, 41},
                 {"client.setsockopt(1, 9, 0)", 1, 41}};
    (void)state;
    cgroup_need();
    struct child *child = cgroup_start_told();
    cgroup_put(WORDS_OF("--idle", "41", "--interval", "system"));
    assert_int_equal(cgroup_told_socket(child, "client").keepalive, 0);
    assert_int_equal(cgroup_told_socket(child, "client").idle, 7200);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        assert_int_equal(cgroup_tell(child, steps[i].asks), 0);
        struct oracle_socket seen = cgroup_told_socket(child, "client");
        assert_int_equal(seen.keepalive, steps[i].keepalive);
        assert_int_equal(seen.idle, steps[i].idle);
        assert_int_equal(seen.interval, 75);
    }
}

/*
 * What an earlier policy decided for a connection stands when another takes its place, with rules and without,
 * again and again.
 */
static void a_policy_in_anothers_place_keeps_what_stands(void **state)
{
    static const char *const chains[][3] = {
        {"any * idle=30", "any * idle=50", "any * idle=70"},
        {";", "any * idle=50", "any * idle=70"},
        {"any * idle=30", "connect *:1 off", "any * off"},
        {";", "connect *:1 off", "any * off"},
    };
    (void)state;
    cgroup_need();
    for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
        cgroup_put(WORDS_OF("--replace", "--idle", "30", "--rules", chains[i][0]));
        struct child *child = cgroup_start_told();
        for (size_t later = 1; later < 3; later++) {
            cgroup_put(WORDS_OF("--replace", "--rules", chains[i][later]));
            assert_int_equal(cgroup_tell(child, "client.setsockopt(1, 9, 0)"), 0);
            assert_int_equal(cgroup_tell(child, "client.setsockopt(6, 4, 7000)"), 0);
            struct oracle_socket seen = cgroup_told_socket(child, "client");
            assert_int_equal(seen.keepalive, 1);
            assert_int_equal(seen.idle, 30);
        }
        child_stop(child);
    }
}

/* And what no policy ever touched is its program's own. */
static void a_connection_from_before_that_no_rule_decided(void **state)
{
    (void)state;
    cgroup_need();
    struct child *child = cgroup_start_told();
    cgroup_put(WORDS_OF("--rules", "connect *:1 idle=5"));
    cgroup_put(WORDS_OF("--replace", "--rules", "connect *:2 idle=5"));
    assert_int_equal(cgroup_tell(child, "client.setsockopt(1, 9, 1)"), 0);
    assert_int_equal(cgroup_tell(child, "client.setsockopt(6, 4, 15)"), 0);
    assert_int_equal(cgroup_told_socket(child, "client").idle, 15);
    assert_int_equal(cgroup_tell(child, "client.setsockopt(1, 9, 0)"), 0);
    assert_int_equal(cgroup_told_socket(child, "client").keepalive, 0);
}

/* Tried at a port where nobody listens, then connected where another rule decides: the first peer's values are gone. */
static void a_second_peer(void **state)
{
    static const struct {
        const char *second, *asks;
        int keepalive, idle, interval, user_timeout;
    } cases[] = {
        {"off", "0", 0, 7200, 75, 0},
        {"off", "s.setsockopt(6, 4, 15)", 0, 15, 75, 0},
        {"off", "s.setsockopt(1, 9, 1)", 1, 7200, 75, 0},
        {"idle=9", "0", 1, 9, 44, 0},
        {"idle=system", "0", 1, 7200, 44, 0},
    };
    char rules[128], line[256];
    (void)state;
    cgroup_need();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(rules, sizeof rules, "connect *:1 idle=30 interval=20 user-timeout=8s; connect * %s", cases[i].second);
        cgroup_put(WORDS_OF("--replace", "--interval", "44", "--rules", rules));
        struct child *child = cgroup_start_told();
        snprintf(line, sizeof line, "s = socket.socket(); %s; s.connect(('127.0.0.1', 1))", cases[i].asks);
        assert_int_equal(cgroup_tell(child, line), ECONNREFUSED);
        assert_int_equal(cgroup_told_socket(child, "s").idle, 30);
        assert_int_equal(cgroup_tell(child, "s.connect(listener.getsockname())"), 0);
        struct oracle_socket seen = cgroup_told_socket(child, "s");
        assert_int_equal(seen.keepalive, cases[i].keepalive);
        assert_int_equal(seen.idle, cases[i].idle);
        assert_int_equal(seen.interval, cases[i].interval);
        assert_int_equal(seen.user_timeout, cases[i].user_timeout);
        child_stop(child);
    }
}

/* Its paths are sockets of the kernel's own: what they hold is seen by what the kernel has planned for them. */
static void mptcp(void **state)
{
    const char *tell = "m = socket.socket(2, 1, 262); m.connect(listener.getsockname())";
    const char *ss[] = {"ss", "-Htno", "state", "established", NULL};
    static char planned[64 * 1024];
    char line[64];
    (void)state;
    cgroup_need();
    cgroup_put(WORDS_OF("--idle", "4321s"));
    struct child *child = cgroup_start_told();
    int error = cgroup_tell(child, tell);
    if (error == EPROTONOSUPPORT)
        skip();
    assert_int_equal(error, 0);
    snprintf(line, sizeof line, "127.0.0.1:%d", cgroup_tell(child, "error = m.getsockname()[1]"));
    child_run(&(struct child_plan){.argv = ss}, planned, sizeof planned);
    char *at = strstr(planned, line);
    while (at && at[strlen(line)] != ' ')
        at = strstr(at + 1, line);
    if (at)
        at[strcspn(at, "\n")] = '\0';
    assert_non_null(at ? strstr(at, "timer:(keepalive,") : NULL);
    assert_int_equal(cgroup_tell(child, "m.setsockopt(1, 9, 0)"), 0);
    assert_int_equal(cgroup_tell(child, "error = m.getsockopt(1, 9)"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CGROUP_TEST(wrong_calls_get_the_kernels_own_answer),
        CGROUP_TEST(long_values),
        CGROUP_TEST(a_user_timeout_of_its_own_stands),
        CGROUP_TEST(a_connection_from_before),
        CGROUP_TEST(a_policy_in_anothers_place_keeps_what_stands),
        CGROUP_TEST(a_connection_from_before_that_no_rule_decided),
        CGROUP_TEST(a_second_peer),
        CGROUP_TEST(mptcp),
    };
    return cmocka_run_group_tests(tests, cgroup_begin, cgroup_end);
}
