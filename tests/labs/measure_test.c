/*
 * measure where the answer is known: routers that forget silence after so many seconds, in one way or another, and
 * services that are hard to measure. The script makes a network for each; all run at once, since they mostly wait.
 * TCPALIVE_TEST_SOAK is set: every case of it, else the short ones.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NO_LAB = 77, LAB_DEADLINE_MS = 300000, CASES_MAX = 24 };

/*
 * A router that forgets after 6 s. Who talked before acknowledges the last answer after up to 40 ms: then a router sees
 * that much less of a silence of 6 s, and it may hold.
 */
#define FIVE "\"remembers_s\":5,\"forgets_s\":6,\"cause\":\"dropped\",\"probes_help\":true"
#define SIX  "\"remembers_s\":6,\"forgets_s\":7,\"cause\":\"dropped\",\"probes_help\":true"

/* What the line of a case must have in it. Limits lie within the range that is told. */
static const struct expected {
    const char *name;
    int exit;
    bool soak;
    const char *has[3]; /* with | between: one of them */
} cases[] = {
    {"six",
     0,
     false,
     {"\"remembers_s\":5,\"forgets_s\":6,\"cause\":\"dropped\",\"probes_help\":true,\"survive\":\"5s\""}},
    {"reject",
     0,
     false,
     {"\"remembers_s\":5,\"forgets_s\":6,\"cause\":\"reset\",\"probes_help\":true,\"survive\":\"5s\""}},
    {"closes",
     0,
     false,
     {"\"remembers_s\":7,\"forgets_s\":8", "\"cause\":\"closed\",\"probes_help\":false,\"survive\":null"}},
    {"deaf",
     0,
     false,
     {"\"remembers_s\":5,\"forgets_s\":6,\"cause\":\"dropped\",\"probes_help\":false,\"survive\":null"}},
    {"far_loose",
     0,
     false,
     {"\"direction\":\"in\",\"remembers_s\":3,\"forgets_s\":4,\"cause\":\"dropped\",\"probes_help\":true"}},
    {"nc",
     0,
     false,
     {"\"peer\":\"198.51.100.2:7001\"",
      "\"remembers_s\":5,\"forgets_s\":6,\"cause\":\"dropped\",\"probes_help\":true"}},
    {"nobody", 1, false, {"tcpalive: measure '198.51.100.2:9': Connection refused"}},
    {"no_route", 1, false, {"tcpalive: measure '198.51.100.2:9': Network is unreachable"}},
    {"twelve",
     0,
     true,
     {"\"remembers_s\":10,\"forgets_s\":12,\"cause\":\"dropped\",\"probes_help\":true,\"survive\":\"10s\""}},
    {"thirty",
     0,
     true,
     {"\"remembers_s\":26,\"forgets_s\":31,\"cause\":\"dropped\",\"probes_help\":true,\"survive\":\"26s\""}},
    {"fine",
     0,
     true,
     {"\"remembers_s\":28,\"forgets_s\":30,\"cause\":\"dropped\",\"probes_help\":true,\"survive\":\"28s\""}},
    {"loose",
     0,
     true,
     {"\"remembers_s\":12,\"forgets_s\":null,\"cause\":\"none\",\"probes_help\":null,\"survive\":\"12s\""}},
    {"none", 0, false, {"\"remembers_s\":8,\"forgets_s\":null,\"cause\":\"none\""}},
    {"far",
     0,
     true,
     {"\"direction\":\"in\",\"remembers_s\":5,\"forgets_s\":6,\"cause\":\"dropped\",\"probes_help\":true"}},
    {"three", 0, true, {"\"remembers_s\":5,\"forgets_s\":6,\"cause\":\"dropped\"", "\"outcome\":\"refused\""}},
    {"lossy", 0, true, {"\"cause\":\"dropped\",\"probes_help\":true"}},
    {"names", 0, true, {"\"peer\":\"198.51.100.2:7001\"", "\"remembers_s\":5,\"forgets_s\":6"}},
    {"six_wide", 0, true, {"\"peer\":\"[2001:db8:2::2]:7001\"", "\"remembers_s\":5,\"forgets_s\":6"}},
    {"busybox", 0, true, {"\"remembers_s\":5,\"forgets_s\":6,\"cause\":\"dropped\",\"probes_help\":true"}},
    {"redis", 0, true, {FIVE "|" SIX}},
    {"psql", 0, true, {FIVE "|" SIX}},
};

enum { CASES = sizeof cases / sizeof *cases };

static struct child *lab;
static bool soak;

static int start(void **state)
{
    const char *argv[CASES_MAX + 3] = {"tests/labs/measure.sh"}, *environment[] = {NULL, NULL};
    char *command;
    size_t count = 1;
    (void)state;
    assert_true(asprintf(&command, "LAB_COMMAND=%s", scene_build("tcpalive")) > 0);
    environment[0] = command;
    for (size_t i = 0; i < CASES; i++)
        if (soak || !cases[i].soak)
            argv[count++] = cases[i].name;
    lab = child_start(&(struct child_plan){.argv = argv, .environment = environment});
    free(command);
    return 0;
}

static bool has_one(const char *line, const char *end, const char *texts)
{
    char one[256];
    for (size_t length; *texts; texts += length + (texts[length] == '|')) {
        length = strcspn(texts, "|");
        snprintf(one, sizeof one, "%.*s", (int)length, texts);
        const char *found = strstr(line, one);
        if (found && found < end)
            return true;
    }
    return false;
}

/* Waits for the lab's end. */
static void saw(const char *name)
{
    const struct expected *expected = cases;
    char begin[32];
    while (strcmp(expected->name, name) != 0)
        expected++;
    if (expected->soak && !soak) {
        return;
    }
    int status = child_wait(lab, LAB_DEADLINE_MS);
    if (status == NO_LAB) {
        print_message("%s", child_errors(lab));
        skip();
    }
    snprintf(begin, sizeof begin, "%s %d ", name, expected->exit);
    const char *line = strstr(child_output(lab), begin), *end = line ? strchr(line, '\n') : NULL;
    if (!line || !end) {
        fail_msg("no line '%s' among\n%s%s", begin, child_output(lab), child_errors(lab));
        return;
    }
    for (size_t i = 0; i < 3 && expected->has[i]; i++)
        if (!has_one(line, end, expected->has[i]))
            fail_msg("%s is not in\n%.*s", expected->has[i], (int)(end - line), line);
}

static void a_router_that_drops(void **state)
{
    (void)state;
    saw("six");
    saw("twelve");
    saw("thirty");
    saw("fine");
    saw("six_wide");
}

static void a_router_that_resets(void **state)
{
    (void)state;
    saw("reject");
}

static void a_router_that_picks_up_hides_its_limit_from_the_client_alone(void **state)
{
    (void)state;
    saw("loose");
    saw("far_loose");
    saw("far");
}

static void a_middlebox_that_ignores_probes(void **state)
{
    (void)state;
    saw("deaf");
}

static void a_service_that_closes_silent_clients(void **state)
{
    (void)state;
    saw("closes");
}

static void a_service_that_takes_three(void **state)
{
    (void)state;
    saw("three");
}

static void one_packet_in_ten_is_lost(void **state)
{
    (void)state;
    saw("lossy");
}

static void a_path_without_limit(void **state)
{
    (void)state;
    saw("none");
}

static void the_users_own_client(void **state)
{
    (void)state;
    saw("nc");
    saw("busybox");
    saw("redis");
    saw("psql");
}

static void who_cannot_be_reached(void **state)
{
    (void)state;
    saw("nobody");
    saw("no_route");
    saw("names");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_router_that_drops),
        cmocka_unit_test(a_router_that_resets),
        cmocka_unit_test(a_router_that_picks_up_hides_its_limit_from_the_client_alone),
        cmocka_unit_test(a_middlebox_that_ignores_probes),
        cmocka_unit_test(a_service_that_closes_silent_clients),
        cmocka_unit_test(a_path_without_limit),
        cmocka_unit_test(the_users_own_client),
        cmocka_unit_test(who_cannot_be_reached),
    };
    const struct CMUnitTest all[] = {
        cmocka_unit_test(a_service_that_takes_three),
        cmocka_unit_test(one_packet_in_ten_is_lost),
    };
    soak = getenv("TCPALIVE_TEST_SOAK");
    int failed = cmocka_run_group_tests(tests, start, soak ? NULL : child_stop_all);
    return soak ? failed + cmocka_run_group_tests(all, NULL, child_stop_all) : failed;
}
