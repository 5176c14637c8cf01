/* alias: the variables of other keepalive libraries, each with its own unit and its own meaning of 0. */
#include "core/alias.h"
#include "unit.h"

static const struct {
    const char *variable, *library;
    enum setting_id setting;
    const char *text;
    int32_t value;
    const char *wrong, *why; /* a text that is refused, NULL when all are taken */
} rows[] = {
    {"KEEPALIVE", "libkeepalive", SETTING_ENABLED, "on", 1, NULL, NULL},
    {"KEEPIDLE", "libkeepalive", SETTING_IDLE, "90", 90000, "90s", "not a whole number"},
    {"KEEPINTVL", "libkeepalive", SETTING_INTERVAL, "7", 7000, "-7", "not a whole number"},
    {"KEEPCNT", "libkeepalive", SETTING_PROBES, "4", 4, "128", "must be 1..127"},
    {"DD_USE_KEEPALIVE", "libdontdie", SETTING_ENABLED, "1", 1, NULL, NULL},
    {"DD_TCP_KEEPALIVE_TIME", "libdontdie", SETTING_IDLE, "32767", 32767000, "32768", "must be 1ms..32767s"},
    {"DD_TCP_KEEPALIVE_INTVL", "libdontdie", SETTING_INTERVAL, "1", 1000, "", "not a whole number"},
    {"DD_TCP_KEEPALIVE_PROBES", "libdontdie", SETTING_PROBES, "127", 127, "x", "not a whole number"},
    {"TCP_KEEPIDLE", "libkeepalive of 2019", SETTING_IDLE, "5", 5000, "2147483648", "not a whole number"},
    {"TCP_KEEPINTVL", "libkeepalive of 2019", SETTING_INTERVAL, "5", 5000, "2147483647", "must be 1ms..32767s"},
    {"TCP_KEEPCNT", "libkeepalive of 2019", SETTING_PROBES, "5", 5, "5 ", "not a whole number"},
    {"TCP_USER_TIMEOUT", "libkeepalive of 2019", SETTING_USER_TIMEOUT, "1500", 1500, "-2", "not a whole number"},
    {"TCP_SYNCNT", "libkeepalive of 2019", SETTING_SYNCNT, "3", 3, "128", "must be 1..127"},
    {"TCP_DEFER_ACCEPT", "libkeepalive of 2019", SETTING_DEFER_ACCEPT, "3", 3000, "3s", "not a whole number"},
    {"TCP_MAXSEG", "libkeepalive of 2019", SETTING_MAXSEG, "1400", 1400, "87", "must be 88..32767"},
    {"TCP_WINDOW_CLAMP", "libkeepalive of 2019", SETTING_WINDOW_CLAMP, "4096", 4096, "4k", "not a whole number"},
    {"SETSOCKOPT_TCP_KEEPALIVE", "libsetsockopt", SETTING_ENABLED, "1", 1, NULL, NULL},
    {"SETSOCKOPT_TCP_KEEPALIVE_IDLE", "libsetsockopt", SETTING_IDLE, "8", 8000, "eight", "not a whole number"},
    {"SETSOCKOPT_TCP_KEEPALIVE_INTVL", "libsetsockopt", SETTING_INTERVAL, "8", 8000, "0x8", "not a whole number"},
    {"SETSOCKOPT_TCP_KEEPALIVE_CNT", "libsetsockopt", SETTING_PROBES, "8", 8, "8.0", "not a whole number"},
};

static bool parse(size_t i, const char *text, int32_t *value, struct text *why)
{
    *why = scratch();
    return alias_parse(&aliases[i], span_of(text), value, why);
}

static void the_table_is_complete(void **state)
{
    (void)state;
    assert_int_equal(alias_count, COUNT_OF(rows));
    for (size_t i = 0; i < alias_count; i++) {
        assert_string_equal(aliases[i].variable, rows[i].variable);
        assert_string_equal(alias_library(&aliases[i]), rows[i].library);
        assert_int_equal(aliases[i].setting, rows[i].setting);
    }
}

static void values_have_their_librarys_unit(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t value = VALUE_UNSET;
        struct text why;
        assert_true(parse(i, rows[i].text, &value, &why));
        assert_int_equal(value, rows[i].value);
    }
}

static void wrong_values_are_refused_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t value;
        struct text why;
        if (!rows[i].wrong)
            continue;
        assert_false(parse(i, rows[i].wrong, &value, &why));
        assert_string_equal(why.at, rows[i].why);
    }
}

static void zero_is_the_systems(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t value = VALUE_UNSET;
        struct text why;
        if (rows[i].setting == SETTING_ENABLED)
            continue;
        assert_true(parse(i, "0", &value, &why));
        assert_int_equal(value, VALUE_SYSTEM);
        if (parse(i, "-1", &value, &why))
            assert_int_equal(rows[i].setting, SETTING_USER_TIMEOUT);
    }
}

static void a_user_timeout_of_minus_one_is_match(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t value = VALUE_UNSET;
        struct text why;
        if (rows[i].setting != SETTING_USER_TIMEOUT)
            continue;
        assert_true(parse(i, "-1", &value, &why));
        assert_int_equal(value, VALUE_MATCH);
    }
}

/* libkeepalive works unless KEEPALIVE says off; the other two unless theirs says 0. */
static void switches_are_on_but_for_one_word(void **state)
{
    static const char *const words[] = {"on", "off", "0", "1", "x"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (size_t word = 0; rows[i].setting == SETTING_ENABLED && word < COUNT_OF(words); word++) {
            int32_t value = VALUE_UNSET;
            struct text why;
            assert_true(parse(i, words[word], &value, &why));
            assert_int_equal(value, word != (aliases[i].unit == ALIAS_NOT_OFF ? 1 : 2));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_complete),
        cmocka_unit_test(values_have_their_librarys_unit),
        cmocka_unit_test(wrong_values_are_refused_in_words),
        cmocka_unit_test(zero_is_the_systems),
        cmocka_unit_test(a_user_timeout_of_minus_one_is_match),
        cmocka_unit_test(switches_are_on_but_for_one_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
