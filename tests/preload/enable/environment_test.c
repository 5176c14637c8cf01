/* What an EnvironmentFile= gives a variable, as systemd's own reader takes it. */
#include "harness/cmocka_all.h"
#include "preload/enable/environment.h"
#include <stddef.h>

struct row {
    const char *content, *value; /* of V; NULL: none */
};

static const struct row rows[] = {
    {"", NULL},
    {"V=a", "a"},
    {"V=a\nV=b\n", "b"},
    {"W=a\nVV=b\n", NULL},
    {"  V = a b \t\n", "a b"},
    {"# V=a\n; V=b\n", NULL},
    {"# comment \\\nV=a\nV=b\n", "b"},
    {"V=\"a b\" \n", "a b"},
    {"V='a \"b\"'\n", "a \"b\""},
    {"V=\"a\"'b'\n", "ab"},
    {"V=\"a\nb\"\n", "a\nb"},
    {"V=\"\\\"\\\\\\`\\$\\n\"\n", "\"\\`$\\n"},
    {"V=a\\\nb\n", "ab"},
    {"V=\"a\\\nb\"\n", "ab"},
    {"V=a\\ \n", "a "},
    {"V=a'b\n", "a'b"},
    {"V='a\\b'\n", "a\\b"},
    {"V=\nW=a\n", ""},
    {"V=a\r\n", "a"},
    {"export V=a\n", NULL},
    {"V\nV=a=b\n", "a=b"},
    {"V=\"a", "a"},
    {"V=a\\", "a\\"},
};

static void files_are_read_as_systemd_does(void **state)
{
    char value[64];
    (void)state;
    for (const struct row *row = rows; row < rows + sizeof rows / sizeof *rows; row++) {
        bool found = environment_file_find(row->content, "V", value, sizeof value);
        if (found == !row->value)
            fail_msg("%s: %s", row->content, found ? value : "nothing");
        if (row->value)
            assert_string_equal(value, row->value);
    }
}

static void names_are_unset_as_words(void **state)
{
    static const struct unit unit = {.unset_environment = "A LD_PRELOAD_2 B=LD_PRELOAD V"};
    (void)state;
    assert_true(environment_unsets(&unit, "A"));
    assert_true(environment_unsets(&unit, "V"));
    assert_false(environment_unsets(&unit, "LD_PRELOAD"));
    assert_false(environment_unsets(&unit, "B"));
}

static void words_are_read_as_systemctl_shows_them(void **state)
{
    static const struct unit unit = {.environment = "A=b \"V=a \\\"c\" C=V=d \"D=e f\""};
    char value[UNIT_TEXT_SIZE];
    bool from_file;
    (void)state;
    assert_true(environment_find(&unit, "V", "", value, &from_file));
    assert_string_equal(value, "a \"c");
    assert_true(environment_find(&unit, "D", "", value, &from_file));
    assert_string_equal(value, "e f");
    assert_false(from_file);
    assert_false(environment_find(&unit, "W", "", value, &from_file));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_read_as_systemd_does),
        cmocka_unit_test(names_are_unset_as_words),
        cmocka_unit_test(words_are_read_as_systemctl_shows_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
