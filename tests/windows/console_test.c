/*
 * Ctrl-C at the console that tcpalive.exe and its program share: the program takes it, and how it ends
 * is tcpalive's end.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include "windows/wine_seen.h"
#include <stdio.h>

#define CTRL_C "\003"
enum { ONCE = 41, TEXT_SIZE = 1024 };

static void press(const char *word, const char *tool, const char *words)
{
    struct child *child = wine_start_console(word, tool, words);
    wine_screen_with(child, "ready");
    child_say(child, CTRL_C);
    int status = child_wait(child, WINE_DEADLINE_MS);
    if (status != ONCE)
        fail_msg("%s %s: %d, said: %s", tool ? tool : "bare", words, status, child_output(child));
    child_stop(child);
}

static void ctrl_c_is_the_programs(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char words[TEXT_SIZE], file[64];
        snprintf(file, sizeof file, "windows/tests/%s/probe.exe", wine_words[i % 2]);
        snprintf(words, sizeof words, "%s console", scene_build(file));
        press(wine_words[i / 2], NULL, words);
        press(wine_words[i / 2], "run --strict --", words);
        wine_seen(wine_words[i % 2], "probe.exe", "Ctrl-C");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(ctrl_c_is_the_programs, child_stop_all)};
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
