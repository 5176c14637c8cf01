/* target: wishes and promises resolved; who is to blame when they cannot be. */
#include "core/profile.h"
#include "unit.h"

static const struct profile base = {{60000, 10000, 6, VALUE_OFF, VALUE_UNSET, VALUE_UNSET, VALUE_UNSET, VALUE_UNSET},
                                    VALUE_UNSET};

enum { WISHES = 5 };

struct wish {
    enum setting_id id;
    int32_t value; /* 0 ends a list: no wish here is 0 */
};

static const struct {
    struct wish wishes[WISHES];
    int32_t idle, interval, probes, user_timeout;
} possible[] = {
    {{{0}}, 60000, 10000, 6, VALUE_OFF},
    {{{SETTING_IDLE, 30000}}, 30000, 10000, 6, VALUE_OFF},
    {{{SETTING_IDLE, 1}}, 1000, 10000, 6, VALUE_OFF},
    {{{SETTING_IDLE, 1500}, {SETTING_INTERVAL, 2001}}, 2000, 3000, 6, VALUE_OFF},
    {{{SETTING_USER_TIMEOUT, 1500}}, 60000, 10000, 6, 1500},
    {{{SETTING_USER_TIMEOUT, VALUE_MATCH}}, 60000, 10000, 6, 120000},
    {{{SETTING_USER_TIMEOUT, VALUE_MATCH}, {SETTING_IDLE, 30000}, {SETTING_PROBES, 3}}, 30000, 10000, 3, 60000},
    {{{SETTING_USER_TIMEOUT, VALUE_MATCH}, {SETTING_SURVIVE, 350000}}, 175000, 35000, 5, 350000},
    {{{SETTING_USER_TIMEOUT, VALUE_MATCH},
      {SETTING_IDLE, 32767000},
      {SETTING_INTERVAL, 32767000},
      {SETTING_PROBES, 127}},
     32767000,
     32767000,
     127,
     INT32_MAX},
    {{{SETTING_SURVIVE, 350000}}, 175000, 35000, 5, VALUE_OFF},
    {{{SETTING_SURVIVE, 350000}, {SETTING_IDLE, 60000}}, 60000, 35000, 5, VALUE_OFF},
    {{{SETTING_SURVIVE, 350000}, {SETTING_PROBES, 1}}, 175000, 35000, 1, VALUE_OFF},
    {{{SETTING_SURVIVE, 350000}, {SETTING_PROBES, VALUE_SYSTEM}}, 175000, 35000, VALUE_SYSTEM, VALUE_OFF},
    {{{SETTING_DETECT, 60000}}, 30000, 10000, 3, VALUE_OFF},
    {{{SETTING_DETECT, 60000}, {SETTING_SURVIVE, 350000}}, 30000, 10000, 3, VALUE_OFF},
    {{{SETTING_IDLE, VALUE_SYSTEM}}, VALUE_SYSTEM, 10000, 6, VALUE_OFF},
    {{{SETTING_USER_TIMEOUT, VALUE_SYSTEM}}, 60000, 10000, 6, VALUE_SYSTEM},
};

#define UNKEPT "cannot be kept: idle and interval are at least 1s each, and two probes must fit"

static const struct {
    struct wish wishes[WISHES];
    enum setting_id blamed;
    const char *why;
} impossible[] = {
    {{{SETTING_SURVIVE, 2000}}, SETTING_SURVIVE, UNKEPT},
    {{{SETTING_SURVIVE, 2000}, {SETTING_DETECT, 60000}}, SETTING_SURVIVE, UNKEPT},
    {{{SETTING_SURVIVE, 350000}, {SETTING_IDLE, 600000}},
     SETTING_IDLE,
     "breaks survive 350s: idle + 2 x interval is 670s"},
    {{{SETTING_SURVIVE, 350000}, {SETTING_IDLE, 280000}},
     SETTING_IDLE,
     "breaks survive 350s: idle + 2 x interval is 350s"},
    {{{SETTING_SURVIVE, 350000}, {SETTING_IDLE, 60000}, {SETTING_INTERVAL, 300000}},
     SETTING_INTERVAL,
     "breaks survive 350s: idle + 2 x interval is 660s"},
    {{{SETTING_SURVIVE, 350000}, {SETTING_IDLE, 600000}, {SETTING_INTERVAL, 300000}},
     SETTING_IDLE,
     "breaks survive 350s: idle + 2 x interval is 1200s"},
    {{{SETTING_SURVIVE, 350000}, {SETTING_IDLE, VALUE_SYSTEM}},
     SETTING_IDLE,
     "breaks survive 350s: 'system' promises nothing"},
    {{{SETTING_DETECT, 60000}, {SETTING_PROBES, 9}},
     SETTING_PROBES,
     "breaks detect 60s: idle + interval x probes is 120s"},
    {{{SETTING_DETECT, 60000}, {SETTING_PROBES, VALUE_SYSTEM}},
     SETTING_PROBES,
     "breaks detect 60s: 'system' promises nothing"},
    {{{SETTING_DETECT, 60000}, {SETTING_IDLE, 30001}},
     SETTING_IDLE,
     "breaks detect 60s: idle + interval x probes is 61s"},
    {{{SETTING_DETECT, 60000}, {SETTING_SURVIVE, 350000}, {SETTING_INTERVAL, 20000}},
     SETTING_INTERVAL,
     "breaks detect 60s: idle + interval x probes is 90s"},
    {{{SETTING_USER_TIMEOUT, VALUE_MATCH}, {SETTING_IDLE, VALUE_SYSTEM}},
     SETTING_USER_TIMEOUT,
     "needs idle, interval and probes, not 'system'"},
};

static struct wishes wishes_of(const struct wish list[WISHES])
{
    struct wishes wishes = wishes_none();
    for (size_t i = 0; i < WISHES && list[i].value; i++)
        wishes.value[list[i].id] = list[i].value;
    return wishes;
}

static void what_is_possible_is_resolved(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(possible); i++) {
        struct wishes wishes = wishes_of(possible[i].wishes);
        struct profile target;
        struct text why = scratch();
        if (profile_resolve(&wishes, &base, LINUX_GRAIN, &target, &why) != SETTING_COUNT)
            fail_msg("row %zu: %s", i, why.at);
        assert_string_equal(why.at, "");
        assert_int_equal(target.value[SETTING_IDLE], possible[i].idle);
        assert_int_equal(target.value[SETTING_INTERVAL], possible[i].interval);
        assert_int_equal(target.value[SETTING_PROBES], possible[i].probes);
        assert_int_equal(target.value[SETTING_USER_TIMEOUT], possible[i].user_timeout);
        assert_int_equal(target.value[SETTING_SYNCNT], VALUE_UNSET);
    }
}

static void the_right_setting_is_blamed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(impossible); i++) {
        struct wishes wishes = wishes_of(impossible[i].wishes);
        struct profile target;
        struct text why = scratch();
        assert_int_equal(profile_resolve(&wishes, &base, LINUX_GRAIN, &target, &why), impossible[i].blamed);
        assert_string_equal(why.at, impossible[i].why);
    }
}

static void windows_takes_milliseconds(void **state)
{
    (void)state;
    struct wishes wishes = wishes_of((struct wish[WISHES]){{SETTING_IDLE, 1500}, {SETTING_INTERVAL, 7}});
    struct profile target;
    struct text why = scratch();
    assert_int_equal(profile_resolve(&wishes, &base, WINDOWS_GRAIN, &target, &why), SETTING_COUNT);
    assert_int_equal(target.value[SETTING_IDLE], 1500);
    assert_int_equal(target.value[SETTING_INTERVAL], 7);
}

static void other_options_pass_through(void **state)
{
    (void)state;
    struct wishes wishes = wishes_of((struct wish[WISHES]){
        {SETTING_SYNCNT, 3}, {SETTING_DEFER_ACCEPT, 4500}, {SETTING_MAXSEG, 1400}, {SETTING_WINDOW_CLAMP, 4097}});
    struct profile target;
    struct text why = scratch();
    assert_int_equal(profile_resolve(&wishes, &base, LINUX_GRAIN, &target, &why), SETTING_COUNT);
    assert_int_equal(target.value[SETTING_SYNCNT], 3);
    assert_int_equal(target.value[SETTING_DEFER_ACCEPT], 5000);
    assert_int_equal(target.value[SETTING_MAXSEG], 1400);
    assert_int_equal(target.value[SETTING_WINDOW_CLAMP], 4097);
}

static void values_that_are_none_leave_alone(void **state)
{
    (void)state;
    assert_true(value_leaves_alone(VALUE_UNSET));
    assert_true(value_leaves_alone(VALUE_SYSTEM));
    assert_true(value_leaves_alone(VALUE_OFF));
    assert_false(value_leaves_alone(1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_possible_is_resolved),     cmocka_unit_test(the_right_setting_is_blamed),
        cmocka_unit_test(windows_takes_milliseconds),       cmocka_unit_test(other_options_pass_through),
        cmocka_unit_test(values_that_are_none_leave_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
