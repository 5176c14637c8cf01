/*
 * What each setting makes the kernel hold, with and without the library; and what a wrong one does.
 */
#include "harness/cmocka_all.h"
#include "harness/twice.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct setting_case {
    const char *name, *environment;
    struct twice_values wanted; /* of every socket */
};

#define UNTOUCHED                                                                                                      \
    {                                                                                                                  \
        0, TWICE_SYSTEM, TWICE_SYSTEM, TWICE_SYSTEM, 0                                                                 \
    }

static const struct setting_case settings[] = {
    {"nothing set", "", {1, 60, 10, 6, 0}},
    {"switched on", "TCPALIVE=on", {1, 60, 10, 6, 0}},
    {"switched off", "TCPALIVE=off\nTCPALIVE_IDLE=31s", UNTOUCHED},
    {"this program", "TCPALIVE_PROGRAMS=other,pro*", {1, 60, 10, 6, 0}},
    {"another program", "TCPALIVE_PROGRAMS=other", UNTOUCHED},
    {"not this program", "TCPALIVE_PROGRAMS=!probe", UNTOUCHED},
    {"idle rounded up", "TCPALIVE_IDLE=1500ms", {1, 2, 10, 6, 0}},
    {"several units", "TCPALIVE_IDLE=1h30m", {1, 5400, 10, 6, 0}},
    {"bare seconds", "TCPALIVE_IDLE=45\nTCPALIVE_INTERVAL=3", {1, 45, 3, 6, 0}},
    {"user timeout", "TCPALIVE_USER_TIMEOUT=1500ms", {1, 60, 10, 6, 1500}},
    {"matching user timeout", "TCPALIVE_IDLE=31s\nTCPALIVE_USER_TIMEOUT=match", {1, 31, 10, 6, 91000}},
    {"survive", "TCPALIVE_SURVIVE=350s", {1, 175, 35, 5, 0}},
    {"survive a known one", "TCPALIVE_SURVIVE=aws-nlb", {1, 175, 35, 5, 0}},
    {"detect", "TCPALIVE_DETECT=30s", {1, 15, 5, 3, 0}},
    {"libkeepalive's names", "KEEPIDLE=33\nKEEPINTVL=8\nKEEPCNT=2", {1, 33, 8, 2, 0}},
};
enum { SETTINGS = sizeof settings / sizeof *settings };

static void setting_reaches_the_kernel(void **state)
{
    const struct setting_case *one = *state;
    struct twice twice;
    struct twice_plan plan = {.probe = "serve inet accept 1", .environment = one->environment};
    assert_int_equal(twice_run(&twice, &plan), 0);
    twice_expect_all(&twice.bare, NULL, &twice_untouched);
    twice_expect_all(&twice.with, NULL, &one->wanted);
    twice_free(&twice);
}

/*
 * What the kernel gives back for an option may differ from what was set (TCP_DEFER_ACCEPT counts in retransmissions),
 * so the wanted value is what it gives back to someone who sets the same.
 */
static int given_back(int name, int value)
{
    socklen_t size = sizeof value;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, name, &value, size), 0);
    assert_int_equal(getsockopt(fd, IPPROTO_TCP, name, &value, &size), 0);
    close(fd);
    return value;
}

/* Only a listener has a use for it, and a client that sends nothing would never be accepted: hence `dial`-less. */
static void deferred_accept_is_set_on_listeners_only(void **state)
{
    struct twice twice;
    (void)state;
    struct twice_plan plan = {.probe = "serve inet accept 0", .environment = "TCPALIVE_DEFER_ACCEPT=5s"};
    assert_int_equal(twice_run(&twice, &plan), 0);
    assert_int_equal(twice.bare.seen[0].socket.defer_accept, 0);
    assert_int_equal(twice.with.seen[0].socket.defer_accept, given_back(TCP_DEFER_ACCEPT, 5));
    twice_free(&twice);
    plan.probe = "socket inet stream 0";
    assert_int_equal(twice_run(&twice, &plan), 0);
    assert_int_equal(twice.with.seen[0].socket.defer_accept, 0);
    twice_free(&twice);
}

static void look_with(struct twice_look *look, const char *environment)
{
    struct twice_plan plan = {.probe = "serve inet accept 1", .environment = environment};
    assert_int_equal(twice_look(look, &plan, 1), 0);
}

static void wrong_settings_are_told_once_and_replaced(void **state)
{
    struct twice_look look;
    (void)state;
    look_with(&look, "TCPALIVE_PROBES=900\nTCPALIVE_IDLE=5x\nTCPALIVE_INTERVAL=7s");
    twice_expect_all(&look, NULL, &(struct twice_values){1, 60, 7, 6, 0});
    assert_non_null(strstr(look.errors, "tcpalive: TCPALIVE_PROBES '900': must be 1..127\n"));
    assert_non_null(strstr(look.errors, "tcpalive: TCPALIVE_IDLE '5x': "));
    size_t lines = 0;
    for (const char *at = look.errors; (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, 2);
    twice_look_free(&look);
}

static void wrong_settings_are_not_told_when_the_log_is_off(void **state)
{
    struct twice_look look;
    (void)state;
    look_with(&look, "TCPALIVE_PROBES=900\nTCPALIVE_IDLE=31s\nTCPALIVE_LOG=off");
    twice_expect_all(&look, NULL, &(struct twice_values){1, 31, 10, 6, 0});
    assert_string_equal(look.errors, "");
    twice_look_free(&look);
}

/* A shell wrapper starts many that have no business with TCP. */
static void wrong_settings_are_told_by_who_has_a_tcp_socket(void **state)
{
    static const char environment[] = "TCPALIVE_PROBES=900\nTCPALIVE_SURVIVES=aws-nlb";
    struct twice_look look;
    (void)state;
    assert_int_equal(twice_look(&look, &(struct twice_plan){.probe = "repeat local 3", .environment = environment}, 1),
                     0);
    assert_string_equal(look.errors, "");
    twice_look_free(&look);
    assert_int_equal(twice_look(&look, &(struct twice_plan){.probe = "repeat socket 3", .environment = environment}, 1),
                     0);
    assert_string_equal(look.errors, "tcpalive: TCPALIVE_PROBES '900': must be 1..127\n"
                                     "tcpalive: TCPALIVE_SURVIVES: no such setting; did you mean TCPALIVE_SURVIVE?\n");
    twice_look_free(&look);
}

#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)

int main(void)
{
    static struct CMUnitTest tests[SETTINGS + 4] = {
        TEST(deferred_accept_is_set_on_listeners_only),
        TEST(wrong_settings_are_told_once_and_replaced),
        TEST(wrong_settings_are_not_told_when_the_log_is_off),
        TEST(wrong_settings_are_told_by_who_has_a_tcp_socket),
    };
    size_t count = 4;
    for (size_t i = 0; i < SETTINGS; i++) {
        char *name = NULL;
        if (asprintf(&name, "setting: %s", settings[i].name) < 0)
            return 1;
        tests[count++] =
            (struct CMUnitTest){name, setting_reaches_the_kernel, NULL, child_stop_all, (void *)&settings[i]};
    }
    return _cmocka_run_group_tests("settings", tests, count, NULL, NULL);
}
