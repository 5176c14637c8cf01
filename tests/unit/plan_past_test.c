/* plan: what a socket's past and the program's own calls leave of it in each mode. */
#include "core/plan.h"
#include "unit.h"

enum { KEEPALIVE_SET = 1 << SETTING_IDLE | 1 << SETTING_INTERVAL | 1 << SETTING_PROBES };

/* A socket with a past: idle by the program at 15 s, user timeout at 20 s, the rest as the system sets it. */
static void the_past_is_kept_as_the_mode_says(void **state)
{
    static const struct {
        enum mode mode;
        int32_t policys_idle;
        uint16_t set;
    } rows[] = {
        {MODE_ENFORCE, 10000, KEEPALIVE_SET | 1 << SETTING_USER_TIMEOUT},
        {MODE_ENFORCE, 60000, KEEPALIVE_SET | 1 << SETTING_USER_TIMEOUT},
        {MODE_TIGHTEN, 10000, KEEPALIVE_SET},
        {MODE_TIGHTEN, 15000, KEEPALIVE_SET},
        {MODE_TIGHTEN, 60000, KEEPALIVE_SET & ~(1 << SETTING_IDLE)},
        {MODE_RESPECT, 10000, KEEPALIVE_SET & ~(1 << SETTING_IDLE)},
        {MODE_RESPECT, 60000, KEEPALIVE_SET & ~(1 << SETTING_IDLE)},
    };
    (void)state;
    struct socket_values now = untouched;
    now.value[SETTING_IDLE] = 15000;
    now.value[SETTING_USER_TIMEOUT] = 20000;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct plan plan = {.set = KEEPALIVE_SET | 1 << SETTING_USER_TIMEOUT,
                            .value = {rows[i].policys_idle, 10000, 6, 30000}};
        plan_reconcile(&plan, rows[i].mode, &now, &untouched);
        assert_int_equal(plan.set, rows[i].set);
    }
}

/* A user timeout of 0 is none: looser than any. Where the policy names none, the program's own stands. */
static void answers_follow_the_mode(void **state)
{
    static const struct {
        enum mode mode;
        enum setting_id id;
        int32_t planned, before, asked, stands;
    } rows[] = {
        {MODE_ENFORCE, SETTING_IDLE, 60, 60, 15, 60},
        {MODE_ENFORCE, SETTING_IDLE, 60, 15, 30, 60}, /* another thread's */
        {MODE_ENFORCE, SETTING_IDLE, VALUE_SYSTEM, 7200, 15, 7200},
        {MODE_ENFORCE, SETTING_USER_TIMEOUT, 60, 60, 15, 60},
        {MODE_ENFORCE, SETTING_USER_TIMEOUT, 60, 60, 0, 60},
        {MODE_ENFORCE, SETTING_USER_TIMEOUT, VALUE_OFF, 0, 15, 15},
        {MODE_ENFORCE, SETTING_USER_TIMEOUT, VALUE_SYSTEM, 0, 15, 15},
        {MODE_ENFORCE, SETTING_USER_TIMEOUT, VALUE_UNSET, 15, 0, 0},
        {MODE_RESPECT, SETTING_IDLE, 60, 60, 15, 15},
        {MODE_RESPECT, SETTING_IDLE, 60, 60, 600, 600},
        {MODE_RESPECT, SETTING_USER_TIMEOUT, 60, 60, 0, 0},
        {MODE_TIGHTEN, SETTING_IDLE, 60, 60, 15, 15},
        {MODE_TIGHTEN, SETTING_IDLE, 60, 60, 600, 60},
        {MODE_TIGHTEN, SETTING_IDLE, 60, 60, 60, 60},
        {MODE_TIGHTEN, SETTING_IDLE, VALUE_SYSTEM, 7200, 600, 600},
        {MODE_TIGHTEN, SETTING_IDLE, VALUE_UNSET, 7200, 600, 600},
        {MODE_TIGHTEN, SETTING_USER_TIMEOUT, 60, 60, 0, 60},
        {MODE_TIGHTEN, SETTING_USER_TIMEOUT, VALUE_OFF, 0, 600, 600},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(plan_answer(rows[i].mode, rows[i].id, rows[i].planned, rows[i].before, rows[i].asked),
                         rows[i].stands);
}

static struct socket_values values_of(bool keepalive, int32_t idle, int32_t user_timeout)
{
    struct socket_values values = untouched;
    values.keepalive = keepalive;
    values.value[SETTING_IDLE] = idle ? idle : values.value[SETTING_IDLE];
    values.value[SETTING_USER_TIMEOUT] = user_timeout;
    return values;
}

static void what_was_there_is_told_apart(void **state)
{
    const struct policy *policy = &READ("--interval=system", "--probes=system", "--rules=connect * idle=5s")->policy;
    struct socket_values off = values_of(false, 0, 0), timed_off = values_of(false, 5000, 0),
                         bounded_off = values_of(false, 0, 9000), ours = values_of(true, 5000, 0),
                         plain = values_of(true, 60000, 0), theirs = values_of(true, 5000, 9000);
    const struct plan plan = {.set = 1 << SETTING_IDLE, .value = {5000}};
    (void)state;
    assert_false(plan_found_off(&off, &untouched, true));
    assert_true(plan_found_off(&off, &untouched, false));
    assert_true(plan_found_off(&timed_off, &untouched, true));
    assert_false(plan_found_off(&bounded_off, &untouched, true));
    assert_false(plan_found_off(&ours, &untouched, false));
    assert_true(plan_switched_off(&plan, &timed_off));
    assert_false(plan_switched_off(&plan, &off));
    assert_false(plan_switched_off(&plan, &ours));
    assert_true(plan_is_ours(policy, &ours, &untouched));
    assert_true(plan_is_ours(policy, &plain, &untouched));
    assert_false(plan_is_ours(policy, &theirs, &untouched));
    assert_false(plan_is_ours(policy, &timed_off, &untouched));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_past_is_kept_as_the_mode_says),
        cmocka_unit_test(answers_follow_the_mode),
        cmocka_unit_test(what_was_there_is_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
