/*
 * tcpalive.exe check: what is said of a program that is not started.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 8192 };

static char output[TEXT_SIZE], errors[TEXT_SIZE];

static void check_reads_programs(void **state)
{
    static const struct {
        const char *file, *says;
        int status;
    } rows[] = {
        {"windows/tests/i686/probe.exe", ": 32-bit, i686\n  preload    yes  ", 0},
        {"windows/tests/x86_64/probe.exe", ": 64-bit, x86_64\n  preload    yes  ", 0},
        {"cache/wine/dlls/i386-windows/spoolsv.exe", "i686, a service\n  preload    no   the service manager starts it",
         1},
        {"windows/i686/tcpalive.dll", "it is no program but a library", 1},
    };
    char words[700];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
            snprintf(words, sizeof words, "check -- %s", scene_build(rows[row].file));
            assert_int_equal(wine_tool(wine_words[i], words, output, errors, sizeof output), rows[row].status);
            assert_non_null(strstr(output, rows[row].says));
        }
        assert_int_equal(wine_tool(wine_words[i], "check nosuch", output, errors, sizeof output), 127);
    }
}

static void check_writes_json(void **state)
{
    char words[1400];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        snprintf(words, sizeof words, "check --json %s %s", scene_build("windows/tests/x86_64/probe.exe"),
                 scene_build("windows/i686/tcpalive.dll"));
        assert_int_equal(wine_tool(wine_words[i], words, output, errors, sizeof output), 1);
        assert_non_null(strstr(output, "probe.exe\",\"what\":\"64-bit, x86_64\",\"run\":\"preload\",\"preload\":{"
                                       "\"reached\":true,\"why\":\"tcpalive.dll is put before its imports\"},"
                                       "\"attach\":{\"reached\":true,\"why\":\"while it runs\"}},{\"path\":\""));
        assert_non_null(strstr(output, "tcpalive.dll\",\"what\":\"32-bit, i686\",\"run\":null,\"preload\":{"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(check_reads_programs, child_stop_all),
        cmocka_unit_test_teardown(check_writes_json, child_stop_all),
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
