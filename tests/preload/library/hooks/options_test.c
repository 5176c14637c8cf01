/* Programs that set keepalive options themselves, under each mode, with and without the library. */
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

static char *named(const char *what, const char *detail, const char *more)
{
    char *name = NULL;
    assert_true(asprintf(&name, "%s: %s%s%s", what, detail, more[0] ? ", " : "", more) > 0);
    return name;
}

#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)

int main(void)
{
    static struct CMUnitTest tests[MODES + 9] = {
        TEST(switching_off_meets_the_mode),
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
    size_t count = 9;
    for (size_t i = 0; i < MODES; i++)
        tests[count++] = (struct CMUnitTest){named("own options", modes[i].mode, modes[i].name),
                                             own_options_meet_the_mode, NULL, child_stop_all, (void *)&modes[i]};
    return _cmocka_run_group_tests("options", tests, count, NULL, NULL);
}
