/* json: strings and seconds as RFC 8259 has them. */
#include "core/json.h"
#include "unit.h"
#include <string.h>

static const char *string_of(const char *bytes, size_t length)
{
    struct text text = scratch();
    json_string(&text, (struct span){bytes, length});
    return text.at;
}

static void strings_are_escaped(void **state)
{
    static const struct {
        const char *bytes, *json;
    } rows[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\n\t\x1f", "\"\\u000a\\u0009\\u001f\""},
        {"\x7f\xc2\x9b", "\"\\u007f\\u009b\""},
        {"\xe2\x80\xa8", "\"\\u2028\""},
        {"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(string_of(rows[i].bytes, strlen(rows[i].bytes)), rows[i].json);
    assert_string_equal(string_of("\0", 1), "\"\\u0000\"");
}

/* Names of programs and files are any bytes; JSON is UTF-8 (RFC 8259 8.1). */
static void what_is_no_utf8_is_replaced(void **state)
{
    static const char *const wrong[] = {
        "\x80",         "\xbf",         "\xff",         "\xc0\xaf",         "\xc1\xbf",         "\xc3",
        "\xe2\x82",     "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xf0\x9f\x98", "\xc3(",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const char *json = string_of(wrong[i], strlen(wrong[i]));
        for (const char *c = json; *c; c++)
            if ((unsigned char)*c > 0x7f)
                fail_msg("row %zu: %s", i, json);
        assert_memory_equal(json, "\"\\ufffd", 7);
    }
    assert_string_equal(string_of("\xc3(", 2), "\"\\ufffd(\"");
    assert_string_equal(string_of("a\xe2\x82z", 4), "\"a\\ufffd\\ufffdz\"");
    assert_string_equal(string_of("\xc3\xa9", 1), "\"\\ufffd\"");
}

static void seconds_have_three_decimals_or_none(void **state)
{
    static const struct {
        int64_t ms;
        const char *json;
    } rows[] = {{0, "0"}, {1000, "1"}, {1, "0.001"}, {1500, "1.500"}, {7200000, "7200"}, {65999, "65.999"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text text = scratch();
        json_seconds(&text, rows[i].ms);
        assert_string_equal(text.at, rows[i].json);
    }
}

static void keys_are_strings(void **state)
{
    (void)state;
    struct text text = scratch();
    json_key(&text, "user_timeout_ms");
    assert_string_equal(text.at, "\"user_timeout_ms\":");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(what_is_no_utf8_is_replaced),
        cmocka_unit_test(seconds_have_three_decimals_or_none),
        cmocka_unit_test(keys_are_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
