/*
 * Core's own tests once more, as Windows programs of both word sizes.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <glob.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 65536, AT_LEAST = 10 };

static void core_on_windows(void **state)
{
    static char output[TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char pattern[64];
        glob_t programs;
        snprintf(pattern, sizeof pattern, "windows/tests/%s/unit/*_test.exe", wine_words[i]);
        assert_int_equal(glob(scene_build(pattern), 0, NULL, &programs), 0);
        assert_true(programs.gl_pathc >= AT_LEAST);
        for (size_t p = 0; p < programs.gl_pathc; p++)
            if (wine_run(wine_words[i], NULL, programs.gl_pathv[p], NULL, output, sizeof output) != 0)
                fail_msg("%s\n%s", programs.gl_pathv[p], output);
        globfree(&programs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(core_on_windows, child_stop_all)};
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
