/*
 * The two promises for every value from 1 ms to 2^31 - 1, in both grains: what is derived keeps them and is what a
 * kernel takes, what is refused cannot be kept. A thinned row of values and pairs; TCPALIVE_TEST_SOAK is set: every
 * one, and pairs by the tens of millions.
 */
#include "core/intent.h"
#include "unit.h"
#include <stdlib.h>

enum { NONE = VALUE_UNSET, SECOND = 1000, IDLE_MAX = 32767000, DENSE = 70000 };
enum { PAIRS = 200000, PAIRS_IN_SOAK = 50000000 };

static const int32_t grains[] = {1, 1000};
static bool soak;

/* Coprime with the grains and with each other's multiples, so that rounding meets every remainder. */
static int64_t step_from(int64_t value)
{
    return soak || value < DENSE ? 1 : 20011;
}

static void wrong(struct promises promises, int32_t grain, const struct timing *timing, const char *what)
{
    fail_msg("survive %d detect %d in %d ms: idle %d interval %d probes %d %s", promises.survive, promises.detect,
             grain, timing->idle, timing->interval, timing->probes, what);
}

/* The quickest that a system takes: a second each (tcp(7), in seconds), and the probes of the promise. */
static bool can_be_kept(struct promises promises)
{
    struct timing quickest = {SECOND, SECOND, promises.detect == NONE ? 5 : 3};
    return intent_keeps(quickest, promises);
}

static void check(struct promises promises, int32_t grain)
{
    struct timing timing = {0};
    if (!intent_derive(promises, grain, &timing)) {
        if (can_be_kept(promises))
            wrong(promises, grain, &timing, "was refused, and can be kept");
        return;
    }
    if (!intent_keeps(timing, promises))
        wrong(promises, grain, &timing, "does not keep it");
    if (timing.idle < SECOND || timing.idle > IDLE_MAX || timing.interval < SECOND || timing.interval > IDLE_MAX ||
        timing.probes != (promises.detect == NONE ? 5 : 3) || timing.idle % grain || timing.interval % grain)
        wrong(promises, grain, &timing, "is no timing");
}

static void check_all(bool survive)
{
    for (size_t i = 0; i < COUNT_OF(grains); i++)
        for (int64_t value = 1; value <= INT32_MAX; value += step_from(value))
            check((struct promises){survive ? (int32_t)value : NONE, survive ? NONE : (int32_t)value}, grains[i]);
    for (int bit = 1; bit < 32; bit++) /* where numbers of fewer bits would end */
        for (int64_t value = (1LL << bit) - 2; value <= (1LL << bit) + 2; value++)
            if (value >= 1 && value <= INT32_MAX)
                check((struct promises){survive ? (int32_t)value : NONE, survive ? NONE : (int32_t)value}, 1000);
}

static void survive_is_kept_or_refused(void **state)
{
    (void)state;
    check_all(true);
}

static void detect_is_kept_or_refused(void **state)
{
    (void)state;
    check_all(false);
}

/* Any number of bits, so that small ones are as frequent as large ones. */
static int32_t any(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    int32_t value = (int32_t)(*seed >> 33) >> (*seed >> 28 & 31);
    return value < 1 ? 1 : value;
}

static void both_are_kept_or_refused(void **state)
{
    uint64_t seed = 1;
    (void)state;
    for (int i = 0; i < (soak ? PAIRS_IN_SOAK : PAIRS); i++) {
        struct promises promises = {any(&seed), any(&seed)};
        check(promises, grains[i & 1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survive_is_kept_or_refused),
        cmocka_unit_test(detect_is_kept_or_refused),
        cmocka_unit_test(both_are_kept_or_refused),
    };
    soak = getenv("TCPALIVE_TEST_SOAK");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
