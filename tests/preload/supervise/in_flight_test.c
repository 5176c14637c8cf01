/*
 * What `--detect 4s` promises with data in flight under a supervisor, on the wire: tests/labs/in_flight.sh says what
 * happens there. By a rule, and with the library beside it; bare it is seen in the tests of cgroup.
 */
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "supervise.h"
#include <stdlib.h>
#include <string.h>

enum { NO_LAB = 77, LAB_DEADLINE_MS = 120000, DETECT = 4 };

static struct child *begin(const char *method, const char *setting, const char *value)
{
    assert_non_null(place_file("libtcpalive.so"));
    const char *argv[] = {
        "tests/labs/in_flight.sh", "4", place_file("tcpalive"), "run", "--method", method, setting, value, "--", NULL};
    return child_start(&(struct child_plan){.argv = argv});
}

static const char *seen_of(struct child *lab, const char *what)
{
    const char *line = strstr(child_output(lab), what);
    if (line)
        return line + strlen(what) + 1;
    fail_msg("nothing of %s: %s%s", what, child_output(lab), child_errors(lab));
    return NULL;
}

static void expect_death(struct child *lab, const char *what, double due)
{
    double seconds = atof(seen_of(lab, what));
    if (seconds < due - 0.2 || seconds > 2 * due + 2 || !strstr(seen_of(lab, what), " ETIMEDOUT"))
        fail_msg("%s: %s", what, child_output(lab));
}

static void expect(struct child *lab)
{
    int status = child_wait(lab, LAB_DEADLINE_MS);
    if (status == NO_LAB) {
        print_message("%s", child_errors(lab));
        skip();
    }
    assert_int_equal(status, 0);
    assert_int_equal(strncmp(seen_of(lab, "outage"), "lives", 5), 0);
    assert_int_equal(strncmp(seen_of(lab, "window"), "lives", 5), 0);
    expect_death(lab, "own", 2);
    expect_death(lab, "dead", DETECT);
}

static void detect_holds_with_data_in_flight(void **state)
{
    (void)state;
    struct child *ruled = begin("supervise", "--rules", "connect *:1 off; connect *:9001-9004 detect=4s");
    struct child *beside = begin("both", "--detect", "4s");
    expect(ruled);
    expect(beside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {SUPERVISE_TEST(detect_holds_with_data_in_flight)};
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
