/* flags: the settings among a command's arguments. */
#include "core/flags.h"
#include "unit.h"
#include <string.h>

static struct flags flags;

static enum flags_result take(const char *first, const char *second, int *at)
{
    char *argv[3] = {(char *)(uintptr_t)first, (char *)(uintptr_t)second, NULL};
    *at = 0;
    flags = (struct flags){0};
    return flags_take(&flags, second ? 2 : 1, argv, at);
}

static void both_forms_are_taken(void **state)
{
    (void)state;
    for (enum setting_id id = 0; id < SETTING_ENABLED; id++) {
        char flag[SETTING_NAME_SIZE], inside[SETTING_NAME_SIZE + 8];
        int at;
        setting_flag(id, flag);
        strcpy(inside, flag);
        strcat(inside, "=a=b");
        assert_int_equal(take(flag, "value", &at), FLAGS_TAKEN);
        assert_int_equal(at, 2);
        assert_string_equal(flags.text[id], "value");
        assert_int_equal(take(inside, "next", &at), FLAGS_TAKEN);
        assert_int_equal(at, 1);
        assert_string_equal(flags.text[id], "a=b");
    }
}

static void a_missing_value_is_told(void **state)
{
    (void)state;
    int at;
    assert_int_equal(take("--idle", NULL, &at), FLAGS_NEEDS_VALUE);
    assert_int_equal(take("--idle=", NULL, &at), FLAGS_NEEDS_VALUE);
    assert_int_equal(take("--idle=", "5s", &at), FLAGS_NEEDS_VALUE);
    assert_int_equal(take("--idle", "", &at), FLAGS_NEEDS_VALUE);
    assert_int_equal(at, 0);
}

static void the_rest_is_not_ours(void **state)
{
    static const char *const others[] = {"idle", "-idle", "--",   "---idle",  "--Idle",  "--idl",     "--idle5",
                                         "",     "-",     "--=5", "--method", "-- idle", "--idle =5", "--user_timeout"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        int at;
        if (take(others[i], "5s", &at) != FLAGS_OTHER || at != 0)
            fail_msg("'%s' was taken", others[i]);
    }
}

static bool add_file(struct text *text, const char *path)
{
    text_add(text, strcmp(path, "file") == 0 ? "any * off" : "");
    return strcmp(path, "missing") != 0;
}

static int said;

static void count_said(const char *what, const char *object, const char *why)
{
    (void)what;
    (void)object;
    (void)why;
    said++;
}

static void rules_are_one_list(void **state)
{
    static const struct {
        const char *rules[3], *variable, *joined; /* NULL: refused */
    } rows[] = {
        {{"any *:1 off", "any *:2 off"}, "any *:9 off", "any *:1 off\nany *:2 off\n"},
        {{"any *:1 off", "@file"}, NULL, "any *:1 off\nany * off\n"},
        {{NULL}, "@file", "any * off\n"},
        {{NULL}, "any * off", ""},
        {{NULL}, NULL, ""},
        {{"@missing"}, NULL, NULL},
        {{"any *:1111 off; any *:2222 off"}, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct flags given = {.rules_count = 0};
        char buffer[28];
        struct text text = text_in(buffer, sizeof buffer);
        said = 0;
        for (; rows[i].rules[given.rules_count]; given.rules_count++)
            given.rules[given.rules_count] = rows[i].rules[given.rules_count];
        assert_int_equal(flags_join_rules(&given, rows[i].variable, &text, add_file, count_said), !!rows[i].joined);
        if (rows[i].joined)
            assert_string_equal(buffer, rows[i].joined);
        assert_int_equal(said, !rows[i].joined && *rows[i].rules[0] != '@');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_are_taken),
        cmocka_unit_test(a_missing_value_is_told),
        cmocka_unit_test(rules_are_one_list),
        cmocka_unit_test(the_rest_is_not_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
