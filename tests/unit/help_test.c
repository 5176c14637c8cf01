/* help: what the tables become on a screen of 80 columns and 24 lines. */
#include "core/help.h"
#include "unit.h"
#include <string.h>

enum { WIDTH = 80, LINES = 24 };

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

static void expect_screen(const char *shown)
{
    int lines = 0;
    for (struct span rest = span_of(shown); rest.length; lines++) {
        const char *line = rest.at;
        span_cut(&rest, '\n');
        assert_in_range(rest.at - line - 1, 0, WIDTH);
    }
    assert_in_range(lines, 1, LINES);
}

static const struct option options[] = {{"--method", "auto|preload|supervise|both|cgroup", "how it is reached"},
                                        {"--strict", "", "or not at all"},
                                        {"--port", "PORTS", "these ports only"}};

static const struct command commands[] = {
    {"run",
     "[--] PROGRAM [ARG...]",
     "Runs a program",
     "In place.",
     true,
     options,
     COUNT_OF(options),
     {"run ./x", "run --strict ./y"}},
    {"list", "", "Shows sockets", "", false, options + 1, 1, {"list", "list --strict"}},
};

static void a_command_is_one_screen(void **state)
{
    (void)state;
    struct text text = scratch();
    help_write_command(&text, &commands[0]);
    assert_string_equal(text.at, "Usage: tcpalive run [settings] [--method auto|preload|supervise|both|cgroup]\n"
                                 "                    [--strict] [--port PORTS] [--] PROGRAM [ARG...]\n"
                                 "\n"
                                 "Runs a program.\n"
                                 "In place.\n"
                                 "\n"
                                 "  --method auto|preload|supervise|both|cgroup\n"
                                 "                           how it is reached\n"
                                 "  --strict                 or not at all\n"
                                 "  --port PORTS             these ports only\n"
                                 "  [settings]               --idle, --survive and more: tcpalive help settings\n"
                                 "\n"
                                 "Examples:\n"
                                 "  tcpalive run ./x\n"
                                 "  tcpalive run --strict ./y\n");
    text = scratch();
    help_write_command(&text, &commands[1]);
    assert_string_equal(text.at, "Usage: tcpalive list [--strict]\n"
                                 "\n"
                                 "Shows sockets.\n"
                                 "\n"
                                 "  --strict                 or not at all\n"
                                 "\n"
                                 "Examples:\n"
                                 "  tcpalive list\n"
                                 "  tcpalive list --strict\n");
}

static void screens_hold_what_they_show(void **state)
{
    (void)state;
    static const char *const logs[] = {"syslog", "debugger"};
    for (size_t i = 0; i < COUNT_OF(logs); i++) {
        struct text text = scratch();
        help_write_settings(&text, logs[i]);
        expect_screen(text.at);
    }
    struct text text = scratch();
    help_write(&text, commands, COUNT_OF(commands));
    expect_screen(text.at);
    assert_non_null(strstr(text.at, "\n  run       Runs a program\n  list      Shows sockets\n"));
    text = scratch();
    help_write_usage(&text, commands, COUNT_OF(commands));
    expect_screen(text.at);
    assert_non_null(strstr(text.at, "COMMAND is run or list.\n"));
}

static void an_unknown_command_is_told_the_known_ones(void **state)
{
    (void)state;
    struct text text = scratch();
    assert_true(help_write_unknown(&text, commands, COUNT_OF(commands), "lits"));
    assert_string_equal(text.at, "must be run or list; did you mean tcpalive list?");
    text = scratch();
    assert_false(help_write_unknown(&text, commands, COUNT_OF(commands), "nginx"));
    assert_string_equal(text.at, "must be run or list");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_there),
        cmocka_unit_test(a_command_is_one_screen),
        cmocka_unit_test(screens_hold_what_they_show),
        cmocka_unit_test(an_unknown_command_is_told_the_known_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
