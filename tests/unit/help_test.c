/* help: each setting that has a flag, with its argument, its meaning and its default. */
#include "core/help.h"
#include "unit.h"
#include <string.h>

enum { WIDTH = 120 };

static void every_row_is_there(void **state)
{
    (void)state;
    struct text text = scratch();
    help_write_settings(&text, "syslog");
    const char *at = text.at;
    for (enum setting_id id = 0; id < SETTING_ENABLED; id++) {
        char row[SETTING_NAME_SIZE + 4] = "  ", flag[SETTING_NAME_SIZE], fallback[64] = "";
        setting_flag(id, flag);
        strcat(strcat(row, flag), " ");
        at = strstr(at, row);
        assert_non_null(at);
        const char *next = strstr(at, "\n  --"), *bracket = strchr(at, '[');
        struct text given = text_in(fallback, sizeof fallback);
        text_add(&given, "[");
        text_add(&given, settings[id].fallback);
        text_add(&given, "]");
        assert_int_equal(bracket && (!next || bracket < next), *settings[id].fallback != 0);
        if (*settings[id].fallback)
            assert_memory_equal(bracket, fallback, strlen(fallback));
    }
}

static void lines_fit_a_terminal(void **state)
{
    (void)state;
    struct text text = scratch();
    help_write_settings(&text, "syslog");
    for (struct span rest = span_of(text.at); rest.length;) {
        const char *line = rest.at;
        span_cut(&rest, '\n');
        assert_in_range(rest.at - line - 1, 10, WIDTH);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_there),
        cmocka_unit_test(lines_fit_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
