/* intent: for every promise that can be kept, the three numbers keep it, in seconds and in milliseconds. */
#include "core/intent.h"
#include "unit.h"

enum { NONE = VALUE_UNSET, LONGEST = INT32_MAX, IDLE_MAX = 32767000 };

static const int32_t long_ones[] = {600000,   3600000,   7200000,       7440000, 65534000,
                                    65536000, 432000000, LONGEST - 647, LONGEST};

/* Every second and odd milliseconds from 4 s to 500 s, then some long ones: 0 ends it. */
static int32_t promise(size_t i)
{
    size_t seconds = 497;
    if (i < 3 * seconds)
        return (int32_t)(4000 + i / 3 * 1000 + (i % 3 == 1 ? 1 : i % 3 == 2 ? 999 : 0));
    return i - 3 * seconds < COUNT_OF(long_ones) ? long_ones[i - 3 * seconds] : 0;
}

static void expect_sane(struct timing timing, int32_t grain)
{
    assert_in_range(timing.idle, 1000, IDLE_MAX);
    assert_in_range(timing.interval, 1000, IDLE_MAX);
    assert_in_range(timing.probes, 1, 127);
    assert_int_equal(timing.idle % grain, 0);
    assert_int_equal(timing.interval % grain, 0);
}

static void survive_leaves_room_for_a_lost_probe(void **state)
{
    (void)state;
    for (int32_t grain = 1; grain <= 1000; grain *= 10)
        for (size_t i = 0; promise(i); i++) {
            int64_t limit = promise(i);
            struct timing timing;
            assert_true(intent_derive((struct promises){promise(i), NONE}, grain, &timing));
            expect_sane(timing, grain);
            assert_int_equal(timing.probes, 5);
            if (timing.idle + 2 * (int64_t)timing.interval >= limit)
                fail_msg("survive %lld: %d %d", (long long)limit, timing.idle, timing.interval);
            assert_true(timing.interval <= 75000);
        }
}

static void detect_is_within(void **state)
{
    (void)state;
    for (int32_t grain = 1; grain <= 1000; grain *= 10)
        for (size_t i = 0; promise(i); i++) {
            int64_t within = promise(i);
            struct timing timing;
            assert_true(intent_derive((struct promises){NONE, promise(i)}, grain, &timing));
            expect_sane(timing, grain);
            assert_int_equal(timing.probes, 3);
            if (timing.idle + 3 * (int64_t)timing.interval > within)
                fail_msg("detect %lld: %d %d", (long long)within, timing.idle, timing.interval);
        }
}

static void both_promises_hold(void **state)
{
    (void)state;
    for (int32_t grain = 1; grain <= 1000; grain *= 1000)
        for (size_t i = 0; promise(i); i += 7)
            for (size_t j = 0; promise(j); j += 5) {
                struct promises promises = {promise(i), promise(j)};
                struct timing timing;
                assert_true(intent_derive(promises, grain, &timing));
                expect_sane(timing, grain);
                assert_int_equal(timing.probes, 3);
                if (!intent_keeps(timing, promises))
                    fail_msg("survive %d detect %d: %d %d", promises.survive, promises.detect, timing.idle,
                             timing.interval);
            }
}

/* What product.md gives as formulas, worked out. */
static void numbers_are_those_of_the_formulas(void **state)
{
    static const struct {
        struct promises promises;
        int32_t grain;
        struct timing timing;
    } rows[] = {
        {{350000, NONE}, 1000, {175000, 35000, 5}},
        {{240000, NONE}, 1000, {120000, 24000, 5}},
        {{60000, NONE}, 1000, {30000, 6000, 5}},
        {{3600000, NONE}, 1000, {1800000, 75000, 5}},
        {{432000000, NONE}, 1000, {32767000, 75000, 5}}, /* idle cannot be longer: tcp(7) */
        {{351000, NONE}, 1000, {176000, 36000, 5}},      /* 175.5 s and 35.1 s, rounded up */
        {{351000, NONE}, 1, {175500, 35100, 5}},
        {{4000, NONE}, 1000, {1000, 1000, 5}},
        {{5000, NONE}, 1000, {2000, 1000, 5}},
        {{3001, NONE}, 1, {1000, 1000, 5}},
        {{NONE, 4000}, 1000, {1000, 1000, 3}},
        {{NONE, 20000}, 1000, {8000, 4000, 3}}, /* 3.33 s, rounded up */
        {{NONE, 20000}, 1, {10001, 3333, 3}},
        {{NONE, 60000}, 1000, {30000, 10000, 3}},
        {{350000, 60000}, 1000, {30000, 10000, 3}},
        {{60000, 600000}, 1000, {30000, 6000, 3}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct timing timing;
        assert_true(intent_derive(rows[i].promises, rows[i].grain, &timing));
        if (timing.idle != rows[i].timing.idle || timing.interval != rows[i].timing.interval ||
            timing.probes != rows[i].timing.probes)
            fail_msg("survive %d detect %d: %d %d %d", rows[i].promises.survive, rows[i].promises.detect, timing.idle,
                     timing.interval, timing.probes);
    }
}

static void what_cannot_be_kept_is_refused(void **state)
{
    static const struct {
        struct promises promises;
        int32_t grain;
    } rows[] = {
        {{1, NONE}, 1},    {{2000, NONE}, 1000}, {{3000, NONE}, 1},     {{3000, NONE}, 1000},  {{NONE, 3999}, 1000},
        {{NONE, 3999}, 1}, {{NONE, 1}, 1},       {{2000, 60000}, 1000}, {{60000, 3000}, 1000},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct timing timing;
        if (intent_derive(rows[i].promises, rows[i].grain, &timing))
            fail_msg("survive %d detect %d: %d %d", rows[i].promises.survive, rows[i].promises.detect, timing.idle,
                     timing.interval);
    }
}

static void keeping_is_exact(void **state)
{
    (void)state;
    assert_false(intent_keeps_survive((struct timing){100, 50, 1}, 200));
    assert_true(intent_keeps_survive((struct timing){100, 50, 1}, 201));
    assert_true(intent_keeps_detect((struct timing){100, 50, 2}, 200));
    assert_false(intent_keeps_detect((struct timing){100, 50, 2}, 199));
    assert_false(intent_keeps_survive((struct timing){VALUE_SYSTEM, 50, 1}, 1000));
    assert_false(intent_keeps_survive((struct timing){50, VALUE_SYSTEM, 1}, 1000));
    assert_true(intent_keeps_survive((struct timing){50, 50, VALUE_SYSTEM}, 1000));
    assert_false(intent_keeps_detect((struct timing){50, 50, VALUE_SYSTEM}, 1000));
    assert_false(intent_keeps_detect((struct timing){IDLE_MAX, IDLE_MAX, 127}, LONGEST));
    assert_true(intent_keeps((struct timing){VALUE_SYSTEM, VALUE_SYSTEM, VALUE_SYSTEM}, (struct promises){NONE, NONE}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survive_leaves_room_for_a_lost_probe),
        cmocka_unit_test(detect_is_within),
        cmocka_unit_test(both_promises_hold),
        cmocka_unit_test(numbers_are_those_of_the_formulas),
        cmocka_unit_test(what_cannot_be_kept_is_refused),
        cmocka_unit_test(keeping_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
