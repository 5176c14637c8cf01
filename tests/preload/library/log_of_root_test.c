/*
 * A log that root made: a program that became another user may write no more to it, and says so once. Needs root.
 */
#include "harness/case_directory.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "tests/preload/library/hosts/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t lines_of_ours(const char *path)
{
    char line[512];
    size_t count = 0;
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "tcpalive: ", 10) != 0 || !strstr(line, "probes 6\n"))
            fail_msg("not a whole line: %s", line);
        count++;
    }
    fclose(file);
    return count;
}

static void another_user_has_its_lines_told_of_once(void **state)
{
    char settings[4200], told[4300];
    (void)state;
    if (geteuid() != 0)
        skip(); /* nobody else can become another user */
    snprintf(settings, sizeof settings, "TCPALIVE_LOG=info\nTCPALIVE_LOG_FILE=%s", case_path("log"));
    snprintf(told, sizeof told, "tcpalive: TCPALIVE_LOG_FILE '%s': cannot be opened: error 13\n", case_path("log"));
    struct child *child = host_log_run("becomes 65534", settings);
    assert_string_equal(child_errors(child), told);
    assert_int_equal(lines_of_ours(case_path("log")), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {HOST_LOG_TEST(another_user_has_its_lines_told_of_once)};
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return cmocka_run_group_tests_name("log of root", tests, NULL, NULL);
}
