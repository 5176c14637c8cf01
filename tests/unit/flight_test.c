/* flight: silence is bounded, answers and a closed window are left in peace. */
#include "core/flight.h"
#include "unit.h"

enum { DETECT = 10000, OWN = 10007 };

struct row {
    struct flight now;
    enum flight_verdict verdict;
};

static void expect(const struct row *rows, size_t count)
{
    int32_t bound;
    for (size_t i = 0; i < count; i++)
        if (flight_judge(&rows[i].now, DETECT, &bound) != rows[i].verdict)
            fail_msg("row %zu: not %d", i, (int)rows[i].verdict);
}

/* Established, segments unanswered, probes, closed, silence, user timeout. */
static void data_that_nobody_answers_is_bounded(void **state)
{
    static const struct row rows[] = {
        {{true, 0, 0, false, 3600000, 0}, FLIGHT_LEAVE}, /* idle for an hour */
        {{true, 1, 0, false, 3600000, 0}, FLIGHT_BOUND}, /* and the first word after it */
        {{true, 3, 0, false, 4999, 0}, FLIGHT_LEAVE},    {{true, 3, 0, false, 5000, 0}, FLIGHT_BOUND},
        {{true, 9, 0, false, 100, 0}, FLIGHT_LEAVE}, /* answers, though none to the point */
        {{false, 3, 0, false, 5000, 0}, FLIGHT_LEAVE},
    };
    (void)state;
    expect(rows, COUNT_OF(rows));
}

static void the_bound_goes_with_the_silence(void **state)
{
    static const struct row rows[] = {
        {{true, 3, 0, false, 6000, OWN}, FLIGHT_LEAVE},  {{true, 0, 0, false, 20, OWN}, FLIGHT_RELEASE},
        {{true, 4, 0, false, 20, OWN}, FLIGHT_RELEASE},  {{true, 0, 1, true, 20, OWN}, FLIGHT_RELEASE},
        {{false, 0, 0, false, 20, OWN}, FLIGHT_RELEASE}, {{true, 0, 0, false, 20, 30007}, FLIGHT_RELEASE},
    };
    (void)state;
    expect(rows, COUNT_OF(rows));
}

static void a_closed_window_is_left_in_peace(void **state)
{
    static const struct row rows[] = {
        {{true, 0, 0, true, 50000, 0}, FLIGHT_LEAVE}, /* between two probes, a minute apart */
        {{true, 0, 1, true, 60000, 0}, FLIGHT_LEAVE}, /* the second is on its way */
        {{true, 0, 2, true, 9999, 0}, FLIGHT_LEAVE},
        {{true, 0, 2, true, 10000, 0}, FLIGHT_BOUND}, /* no answer to one, and time enough */
        {{true, 5, 0, true, 50000, 0}, FLIGHT_LEAVE}, /* what was sent before it closed */
    };
    (void)state;
    expect(rows, COUNT_OF(rows));
}

static void a_programs_own_user_timeout_stands(void **state)
{
    static const struct row rows[] = {
        {{true, 5, 0, false, 60000, 9000}, FLIGHT_LEAVE},
        {{true, 0, 0, false, 10, 9000}, FLIGHT_LEAVE},
        {{true, 0, 0, false, 10, 7}, FLIGHT_LEAVE},
        {{true, 0, 5, true, 60000, 90000}, FLIGHT_LEAVE},
    };
    (void)state;
    expect(rows, COUNT_OF(rows));
}

/* Known again, and within a hundredth of a second of what was asked for, in whole seconds. */
static void every_bound_is_known_again(void **state)
{
    static const int32_t asked[] = {4000, 4001, 4999, 30000, 86400000, INT32_MAX};
    struct flight silent = {true, 1, 0, false, 4000000000u, 0}, answered = {true, 0, 0, false, 0, 0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        int32_t bound, again;
        assert_int_equal(flight_judge(&silent, asked[i], &bound), FLIGHT_BOUND);
        assert_in_range(bound, asked[i] / 1000 * 1000, (int64_t)asked[i] + 10);
        answered.user_timeout = bound;
        assert_int_equal(flight_judge(&answered, asked[i], &again), FLIGHT_RELEASE);
        assert_int_equal(again, bound);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_that_nobody_answers_is_bounded), cmocka_unit_test(the_bound_goes_with_the_silence),
        cmocka_unit_test(a_closed_window_is_left_in_peace),    cmocka_unit_test(a_programs_own_user_timeout_stands),
        cmocka_unit_test(every_bound_is_known_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
