/*
 * Programs that set keepalive options themselves, under each mode; and what each setting makes the kernel
 * hold. With and without the library.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TIGHT      "TCPALIVE_IDLE=31s\nTCPALIVE_INTERVAL=7s\nTCPALIVE_PROBES=4\nTCPALIVE_USER_TIMEOUT=45s"
#define LOOSE      "TCPALIVE_IDLE=10s\nTCPALIVE_INTERVAL=20s\nTCPALIVE_PROBES=20"
#define LOOSE_RULE "TCPALIVE_RULES=any * idle=10s interval=20s probes=20"
#define PART       "TCPALIVE_IDLE=31s\nTCPALIVE_INTERVAL=system\nTCPALIVE_PROBES=system\nTCPALIVE_USER_TIMEOUT=system"

static const struct twice_values program_sets = {1, 15, 16, 17, 18000};

/* Which values a socket on which the program set its own holds in the end, and one on which it did not. */
struct mode_case {
    const char *mode, *name, *settings;
    struct twice_values set, untouched;
};

static const struct mode_case modes[] = {
    {"enforce", "tighter than the program", TIGHT, {1, 31, 7, 4, 45000}, {1, 31, 7, 4, 45000}},
    {"tighten", "tighter than the program", TIGHT, {1, 15, 7, 4, 18000}, {1, 31, 7, 4, 45000}},
    {"respect", "tighter than the program", TIGHT, {1, 15, 16, 17, 18000}, {1, 31, 7, 4, 45000}},
    {"enforce", "looser than the program", LOOSE, {1, 10, 20, 20, 18000}, {1, 10, 20, 20, 0}},
    {"tighten", "looser than the program", LOOSE, {1, 10, 16, 17, 18000}, {1, 10, 20, 20, 0}},
    {"respect", "looser than the program", LOOSE, {1, 15, 16, 17, 18000}, {1, 10, 20, 20, 0}},
    {"enforce", "in part", PART, {1, 31, TWICE_SYSTEM, TWICE_SYSTEM, 18000}, {1, 31, TWICE_SYSTEM, TWICE_SYSTEM, 0}},
    {"enforce", "tighter by a rule", TWICE_RULE, {1, 31, 7, 4, 45000}, {1, 31, 7, 4, 45000}},
    {"tighten", "tighter by a rule", TWICE_RULE, {1, 15, 7, 4, 18000}, {1, 31, 7, 4, 45000}},
    {"respect", "tighter by a rule", TWICE_RULE, {1, 15, 16, 17, 18000}, {1, 31, 7, 4, 45000}},
    {"enforce", "looser by a rule", LOOSE_RULE, {1, 10, 20, 20, 18000}, {1, 10, 20, 20, 0}},
    {"tighten", "looser by a rule", LOOSE_RULE, {1, 10, 16, 17, 18000}, {1, 10, 20, 20, 0}},
    {"respect", "looser by a rule", LOOSE_RULE, {1, 15, 16, 17, 18000}, {1, 10, 20, 20, 0}},
    {"tighten", "in part", PART, {1, 15, 16, 17, 18000}, {1, 31, TWICE_SYSTEM, TWICE_SYSTEM, 0}},
    {"respect", "in part", PART, {1, 15, 16, 17, 18000}, {1, 31, TWICE_SYSTEM, TWICE_SYSTEM, 0}},
};
enum { MODES = sizeof modes / sizeof *modes };

/* Where the program sets its options, and on which sockets they therefore show. */
static const struct place_case {
    const char *probe;
    int listener, client, accepted;
} places[] = {
    {"set socket", 0, 1, 0},   {"set connected", 0, 1, 0}, {"set listener", 1, 0, 1},
    {"set accepted", 0, 0, 1}, {"set none", 0, 0, 0},
};
enum { PLACES = sizeof places / sizeof *places };

static void run(struct twice *twice, const char *probe, const char *settings, const char *mode)
{
    char environment[1024];
    snprintf(environment, sizeof environment, "%s\nTCPALIVE_MODE=%s", settings, mode);
    struct twice_plan plan = {.probe = probe, .environment = environment};
    assert_int_equal(twice_run(twice, &plan), 0);
}

static void own_options_meet_the_mode(void **state)
{
    const struct mode_case *mode = *state;
    for (size_t i = 0; i < PLACES; i++) {
        const struct place_case *place = &places[i];
        struct twice twice;
        run(&twice, place->probe, mode->settings, mode->mode);
        twice_expect_all(&twice.bare, "listener", place->listener ? &program_sets : &twice_untouched);
        twice_expect_all(&twice.bare, "client", place->client ? &program_sets : &twice_untouched);
        twice_expect_all(&twice.bare, "accepted", place->accepted ? &program_sets : &twice_untouched);
        twice_expect_all(&twice.with, "listener", place->listener ? &mode->set : &mode->untouched);
        twice_expect_all(&twice.with, "client", place->client ? &mode->set : &mode->untouched);
        twice_expect_all(&twice.with, "accepted", place->accepted ? &mode->set : &mode->untouched);
        twice_free(&twice);
    }
}

static void switching_off_meets_the_mode(void **state)
{
    static const struct {
        const char *mode;
        struct twice_values client;
    } rows[] = {
        {"enforce", {1, 31, 7, 4, 45000}}, {"tighten", {1, 31, 7, 4, 45000}}, {"respect", {0, 31, 7, 4, 45000}}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct twice twice;
        run(&twice, "set off", TIGHT, rows[i].mode);
        twice_expect_all(&twice.with, "client", &rows[i].client);
        twice_expect_all(&twice.with, "accepted", &modes[0].set);
        twice_free(&twice);
    }
}

/*
 * When the kernel probes next, in hundredths of a second: proc_pid_net(5), where the timer's kind is 2. 0: it does not.
 */
static unsigned long probe_due(const struct oracle_socket *socket)
{
    char line[512];
    unsigned port, peer, kind;
    unsigned long due = 0, when;
    FILE *file = fopen("/proc/net/tcp", "re");
    assert_non_null(file);
    while (!due && fgets(line, sizeof line, file))
        if (sscanf(line, " %*d: %*[^:]:%x %*[^:]:%x %*x %*x:%*x %x:%lx", &port, &peer, &kind, &when) == 4 &&
            kind == 2 && (int)port == oracle_port(&socket->local) && (int)peer == oracle_port(&socket->peer))
            due = when;
    fclose(file);
    return due;
}

/* Programs do so each second; were keepalive off for a moment, its time would begin anew, and no probe be sent ever. */
static void switching_off_puts_no_probe_off(void **state)
{
    enum { IDLE = 100000, SLEPT = 120 };
    struct oracle_socket seen[8];
    unsigned long due = 0;
    struct child *child = twice_probe("set off-later", *state, scene_target()->library, NULL);
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    ssize_t count = oracle_tree(child_pid(child), seen, 8);
    for (ssize_t i = 0; i < count; i++)
        if (!seen[i].listening && seen[i].fd == 4)
            due = probe_due(&seen[i]);
    child_stop(child);
    assert_in_range(due, 1, IDLE - SLEPT + 1);
}

/* The comparison of what was printed is the test: every error is the kernel's own. */
static void wrong_calls_get_the_kernels_errors(void **state)
{
    struct twice twice;
    run(&twice, "wrong", TIGHT, *state);
    twice_expect_all(&twice.with, "tcp", &modes[0].untouched);
    twice_free(&twice);
}

/* Under a rule the peer's address is read before the kernel sees it. */
static void wrong_calls_get_them_under_a_rule_too(void **state)
{
    struct twice twice;
    run(&twice, "wrong", "TCPALIVE_RULES=connect *:1-65535 idle=31s", *state);
    twice_expect_all(&twice.with, "tcp", &twice_untouched);
    twice_free(&twice);
}

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

static char *named(const char *what, const char *detail, const char *more)
{
    char *name = NULL;
    assert_true(asprintf(&name, "%s: %s%s%s", what, detail, more[0] ? ", " : "", more) > 0);
    return name;
}

#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)

int main(void)
{
    static struct CMUnitTest tests[MODES + SETTINGS + 14] = {
        TEST(switching_off_meets_the_mode),
        TEST(deferred_accept_is_set_on_listeners_only),
        TEST(wrong_settings_are_told_once_and_replaced),
        TEST(wrong_settings_are_not_told_when_the_log_is_off),
        TEST(wrong_settings_are_told_by_who_has_a_tcp_socket),
        {"no probe is put off, plain", switching_off_puts_no_probe_off, NULL, child_stop_all, "TCPALIVE_IDLE=1000s"},
        {"no probe is put off, by rule", switching_off_puts_no_probe_off, NULL, child_stop_all,
         "TCPALIVE_RULES=any * idle=1000s"},
        {"wrong calls: enforce", wrong_calls_get_the_kernels_errors, NULL, child_stop_all, "enforce"},
        {"wrong calls: tighten", wrong_calls_get_the_kernels_errors, NULL, child_stop_all, "tighten"},
        {"wrong calls: respect", wrong_calls_get_the_kernels_errors, NULL, child_stop_all, "respect"},
        {"wrong calls: enforce, rule", wrong_calls_get_them_under_a_rule_too, NULL, child_stop_all, "enforce"},
        {"wrong calls: tighten, rule", wrong_calls_get_them_under_a_rule_too, NULL, child_stop_all, "tighten"},
        {"wrong calls: respect, rule", wrong_calls_get_them_under_a_rule_too, NULL, child_stop_all, "respect"},
    };
    size_t count = 14;
    for (size_t i = 0; i < MODES; i++)
        tests[count++] = (struct CMUnitTest){named("own options", modes[i].mode, modes[i].name),
                                             own_options_meet_the_mode, NULL, child_stop_all, (void *)&modes[i]};
    for (size_t i = 0; i < SETTINGS; i++)
        tests[count++] = (struct CMUnitTest){named("setting", settings[i].name, ""), setting_reaches_the_kernel, NULL,
                                             child_stop_all, (void *)&settings[i]};
    return _cmocka_run_group_tests("options", tests, count, NULL, NULL);
}
