/* duration: product.md's way to write time, and nothing else. */
#include "core/duration.h"
#include "unit.h"

#define NO_DURATION "not a duration such as 90s, 1h30m or 500ms"

static const struct {
    const char *text;
    int64_t ms;
    const char *wrong;
} rows[] = {
    {"0", 0, NULL},
    {"60", 60000, NULL},
    {"0060", 60000, NULL},
    {"60s", 60000, NULL},
    {"1ms", 1, NULL},
    {"500ms", 500, NULL},
    {"2m", 120000, NULL},
    {"3h", 10800000, NULL},
    {"1h30m", 5400000, NULL},
    {"1h2m3s4ms", 3723004, NULL},
    {"1h4ms", 3600004, NULL},
    {"90m90s", 5490000, NULL},
    {"4611686018427387903ms", INT64_MAX / 2, NULL},
    {"4611686018427387s903ms", INT64_MAX / 2, NULL},
    {"4611686018427387904ms", 0, "too long"},
    {"4611686018427387s904ms", 0, "too long"},
    {"4611686018427388", 0, "too long"},
    {"9999999999999999999999h", 0, "too long"},
    {"", 0, NO_DURATION},
    {" ", 0, NO_DURATION},
    {"abc", 0, NO_DURATION},
    {"5x", 0, NO_DURATION},
    {"5M", 0, NO_DURATION},
    {"5 s", 0, NO_DURATION},
    {" 5s", 0, NO_DURATION},
    {"5s ", 0, NO_DURATION},
    {"-5s", 0, NO_DURATION},
    {"+5s", 0, NO_DURATION},
    {"1.5s", 0, NO_DURATION},
    {"s", 0, NO_DURATION},
    {"5sec", 0, NO_DURATION},
    {"5s30", 0, NO_DURATION},
    {"30 5s", 0, NO_DURATION},
    {"30s5m", 0, NO_DURATION},
    {"1h1h", 0, NO_DURATION},
    {"1ms1s", 0, NO_DURATION},
    {"infinity", 0, NO_DURATION},
};

static void every_text_is_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t ms = -7;
        const char *wrong = duration_parse(span_of(rows[i].text), &ms);
        if (rows[i].wrong) {
            assert_non_null(wrong);
            assert_string_equal(wrong, rows[i].wrong);
        } else if (wrong || ms != rows[i].ms) {
            fail_msg("'%s': %s, %lld ms", rows[i].text, wrong ? wrong : "fine", (long long)ms);
        }
    }
}

static void what_is_written_is_read_again(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } written[] = {{0, "0s"},        {1, "1ms"},       {999, "999ms"},    {1000, "1s"},
                   {1500, "1500ms"}, {350000, "350s"}, {7200000, "7200s"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(written); i++) {
        int64_t again;
        struct text text = scratch();
        duration_write(&text, written[i].ms);
        assert_string_equal(text.at, written[i].text);
        assert_null(duration_parse(span_of(text.at), &again));
        assert_int_equal(again, written[i].ms);
    }
}

static void rounding_goes_up(void **state)
{
    (void)state;
    assert_int_equal(duration_round_up(0, 1000), 0);
    assert_int_equal(duration_round_up(1, 1000), 1000);
    assert_int_equal(duration_round_up(1000, 1000), 1000);
    assert_int_equal(duration_round_up(1001, 1000), 2000);
    assert_int_equal(duration_round_up(1001, 1), 1001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_is_read_or_refused),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(rounding_goes_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
