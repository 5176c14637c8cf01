/* `tcpalive attach --watch --log info` names the connections that the kernel ended. */
#include "attach.h"
#include "deaths_lab.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void deaths_are_named(void **state)
{
    char number[16], rules[128], named[64];
    (void)state;
    if (getuid() != 0)
        skip();
    struct child *child = deaths_lab_start(0, NULL);
    if (!child)
        skip(); /* no network namespaces here */
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    snprintf(rules, sizeof rules, "any %s detect=4s; any * off", deaths_lab_peer(0));
    const char *settings[] = {"--log",    "info", "--idle",         "2",      "--interval", "1",
                              "--probes", "2",    "--user-timeout", "system", "--rules",    rules};
    const char *argv[32] = {place_file("tcpalive"), "attach", "--tree", "--watch", "--verbose"};
    memcpy(argv + 5, settings, sizeof settings);
    argv[5 + sizeof settings / sizeof *settings] = number;
    struct child *watching = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(watching, " ESTAB: idle ", CHILD_DEADLINE_MS), 0);
    deaths_lab_cut(0, child);
    deaths_lab_wait(child);
    if (child_error_with(watching, "ended by its user timeout, no answer for ", CHILD_DEADLINE_MS))
        fail_msg("%s / %s", child_errors(watching), child_output(child));
    child_stop(child);
    assert_int_equal(child_wait(watching, CHILD_DEADLINE_MS), 0);
    const char *errors = child_errors(watching), *idle = strstr(errors, ": ended by keepalive, no answer for ");
    if (!idle || !strstr(idle, ", 3 probes unanswered\n")) {
        fail_msg("%s", errors);
        return;
    }
    snprintf(named, sizeof named, "tcpalive: %s:7001 of ", deaths_lab_peer(0));
    assert_non_null(strstr(errors, named));
    if (strstr(idle + 10, "ended by keepalive")) /* not the one that its program closed */
        fail_msg("%s", errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(deaths_are_named, deaths_lab_end)};
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
