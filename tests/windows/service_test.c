/*
 * A service, which only the service manager can start: attach finds its process by its name, and again
 * after each restart.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 8192, IDLE = 57 };

static char output[TEXT_SIZE], errors[TEXT_SIZE];

static void manage(const char *what, int port)
{
    char line[100];
    snprintf(line, sizeof line, "probe manage %s %d", what, port);
    if (wine_run("x86_64", NULL, line, NULL, output, sizeof output) != 0)
        fail_msg("%s: %s", line, output);
}

static void restarts_are_followed(void **state)
{
    int port = wine_free_port();
    (void)state;
    assert_int_equal(wine_tool("x86_64", "attach --service nosuch", output, errors, sizeof output), 1);
    assert_non_null(strstr(errors, "tcpalive: service 'nosuch': "));
    manage("make", port);
    assert_int_equal(wine_tool("x86_64", "attach --service tcpalive-probe", output, errors, sizeof output), 1);
    assert_non_null(strstr(errors, "tcpalive: service 'tcpalive-probe': it is not running"));
    struct child *watch = wine_start("i686", "attach --idle 57s --service tcpalive-probe --watch", "", NULL);
    for (int i = 0; i < 2; i++) {
        manage("start", port);
        wine_listener_gets(port, IDLE);
        manage("stop", port);
    }
    child_stop(watch);
    manage("delete", port);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(restarts_are_followed, child_stop_all)};
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
