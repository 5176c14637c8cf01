/*
 * tcpalive.exe list, where programs sit in calls that wait: it asks about their handles and must not wait with them.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 8192 };

/* The listener was made behind two pipes, one whose owner waits for a client and one whose owner waits for a word. */
static void waiting_pipes_are_passed_over(void **state)
{
    static char output[TEXT_SIZE], errors[TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char words[64], row[64];
        struct child *child = wine_start(wine_words[i % 2], NULL, "probe pipes", NULL);
        int port = (int)wine_number(child, "listening ");
        assert_true(port > 0);
        snprintf(row, sizeof row, " 127.0.0.1:%d ", port);
        snprintf(words, sizeof words, "list --pid %ld", wine_pid(port));
        assert_int_equal(wine_tool(wine_words[i / 2], words, output, errors, sizeof output), 0);
        if (!strstr(output, row) || strchr(strchr(output, '\n') + 1, '\n')[1])
            fail_msg("one row expected: %s", output);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
        child_stop(child);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(waiting_pipes_are_passed_over, child_stop_all)};
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
