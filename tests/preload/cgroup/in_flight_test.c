/*
 * What `tcpalive cgroup --detect` promises with data in flight, on the wire: tests/labs/in_flight.sh says what
 * happens there. Bare, with plain settings and by a rule, all at once, since they mostly wait.
 */
#include "cgroup.h"
#include "harness/cmocka_all.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NO_LAB = 77, LAB_DEADLINE_MS = 120000 };
enum { BARE, PLAIN, RULED, WAYS };

/* `detect` in seconds: longer where the lab itself takes seconds to act. */
static const char *detect_seconds(void)
{
    return getenv("TEST_PATIENCE") ? "16" : "4";
}

static const char *const names[WAYS] = {"bare", "plain", "ruled"};
static struct child *lab[WAYS];
static char group[sizeof cgroup_path];

static void enter_group_of(int way)
{
    snprintf(cgroup_path, sizeof cgroup_path, "%.480s/%s", group, names[way]);
}

static int make_groups(void **state)
{
    int result = cgroup_begin(state);
    memcpy(group, cgroup_path, sizeof group);
    for (int way = 0; *group && way < WAYS; way++) {
        enter_group_of(way);
        mkdir(cgroup_path, 0755);
    }
    return result;
}

static int remove_groups(void **state)
{
    for (int way = 0; *group && way < WAYS; way++) {
        enter_group_of(way);
        rmdir(cgroup_path);
    }
    memcpy(cgroup_path, group, sizeof group);
    return cgroup_end(state);
}

static void start_all(void)
{
    const char *const run[] = {"tests/labs/in_flight.sh", detect_seconds(), "env", NULL};
    char rules[128];
    snprintf(rules, sizeof rules, "connect *:1 off; connect *:9001-9004 detect=%s", detect_seconds());
    for (int way = 0; way < WAYS; way++) {
        enter_group_of(way);
        if (way == PLAIN)
            cgroup_put(WORDS_OF("--detect", detect_seconds()));
        if (way == RULED)
            cgroup_put(WORDS_OF("--mode", "respect", "--rules", rules));
        lab[way] = cgroup_start(run);
    }
}

/* What was seen of `what`: its result, or how many seconds it took, with what error. */
static const char *seen_of(int way, const char *what)
{
    const char *line = strstr(child_output(lab[way]), what);
    if (line)
        return line + strlen(what) + 1;
    fail_msg("%s: nothing of %s: %s%s", names[way], what, child_output(lab[way]), child_errors(lab[way]));
    return NULL;
}

static void expect_death(int way, const char *what, double due)
{
    double seconds = atof(seen_of(way, what));
    if (seconds < due - 0.2 || seconds > 2 * due + 1 || !strstr(seen_of(way, what), " ETIMEDOUT"))
        fail_msg("%s, %s: %s", names[way], what, seen_of(way, what));
}

static void expect(int way, const char *what, const char *result)
{
    if (strncmp(seen_of(way, what), result, strlen(result)) != 0)
        fail_msg("%s, %s: %s", names[way], what, seen_of(way, what));
}

/* The kernel sends at 0.2, 0.6, 1.4 and 3 s, and goes no further than the bound from there. */
static void detect_holds_with_data_in_flight(void **state)
{
    (void)state;
    cgroup_need();
    start_all();
    for (int way = 0; way < WAYS; way++) {
        int status = child_wait(lab[way], LAB_DEADLINE_MS);
        if (status == NO_LAB) {
            print_message("%s", child_errors(lab[way]));
            skip();
        }
        if (status != 0)
            fail_msg("%s: exit status %d: %s", names[way], status, child_errors(lab[way]));
        expect(way, "outage", "lives");
        expect(way, "window", "lives");
        expect_death(way, "own", 2);
        if (way == BARE)
            expect(way, "dead", "- nothing");
        else
            expect_death(way, "dead", atof(detect_seconds()));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {CGROUP_TEST(detect_holds_with_data_in_flight)};
    return cmocka_run_group_tests(tests, make_groups, remove_groups);
}
