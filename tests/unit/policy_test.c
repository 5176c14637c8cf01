/* policy: where each value comes from, what is complained of, and what then counts. */
#include "core/alias.h"
#include "unit.h"
#include <string.h>

static void nothing_given_is_the_defaults(void **state)
{
    (void)state;
    const struct policy *policy = &READ(NULL)->policy;
    assert_true(policy->enabled);
    assert_false(policy->follow);
    assert_int_equal(policy->mode, MODE_ENFORCE);
    assert_int_equal(policy->log, LEVEL_WARN);
    assert_string_equal(policy->log_file, "stderr");
    assert_null(policy->programs);
    assert_int_equal(policy->rule_count, 0);
    assert_false(policy->rules_on_accept);
    assert_int_equal(policy->asked.survive, VALUE_UNSET);
    assert_int_equal(policy->asked.detect, VALUE_UNSET);
    const int32_t plain[OPTION_COUNT] = {60000, 10000, 6, VALUE_OFF,
                                         [KEEPALIVE_COUNT... OPTION_COUNT - 1] = VALUE_UNSET};
    assert_memory_equal(policy->plain.value, plain, sizeof plain);
    for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
        assert_int_equal(policy->origin[id].kind, ORIGIN_DEFAULT);
        struct text text = scratch();
        policy_write_origin(&text, policy, id);
        assert_string_equal(text.at, "default");
    }
}

static void every_variable_and_flag_arrives(void **state)
{
    (void)state;
    const struct reading *reading =
        READ("TCPALIVE_IDLE=31s", "--interval=11s", "TCPALIVE_PROBES=7", "--user-timeout=match", "TCPALIVE_SYNCNT=3",
             "--defer-accept=4s", "TCPALIVE_MAXSEG=1400", "--window-clamp=5000", "TCPALIVE_MODE=tighten", "--follow=on",
             "TCPALIVE_LOG=debug", "--log-file=/tmp/x", "TCPALIVE_PROGRAMS=nginx", "TCPALIVE=on");
    const int32_t plain[OPTION_COUNT] = {31000, 11000, 7, 108000, 3, 4000, 1400, 5000};
    assert_string_equal(reading->complaints, "");
    assert_memory_equal(reading->policy.plain.value, plain, sizeof plain);
    assert_int_equal(reading->policy.mode, MODE_TIGHTEN);
    assert_true(reading->policy.follow);
    assert_int_equal(reading->policy.log, LEVEL_DEBUG);
    assert_string_equal(reading->policy.log_file, "/tmp/x");
    assert_string_equal(reading->policy.programs, "nginx");
}

static void the_nearest_source_wins(void **state)
{
    static const struct {
        const char *given[4];
        int32_t idle;
        enum origin_kind kind;
        const char *source;
    } rows[] = {
        {{"--idle=1", "TCPALIVE_IDLE=2", "KEEPIDLE=3"}, 1000, ORIGIN_FLAG, "--idle"},
        {{"TCPALIVE_IDLE=2", "KEEPIDLE=3"}, 2000, ORIGIN_VARIABLE, "TCPALIVE_IDLE"},
        {{"KEEPIDLE=3", "TCP_KEEPIDLE=4"}, 3000, ORIGIN_ALIAS, "KEEPIDLE"},
        {{"SETSOCKOPT_TCP_KEEPALIVE_IDLE=5", "TCP_KEEPIDLE=4"}, 4000, ORIGIN_ALIAS, "TCP_KEEPIDLE"},
        {{"DD_TCP_KEEPALIVE_TIME=6", "TCP_KEEPIDLE=4"}, 6000, ORIGIN_ALIAS, "DD_TCP_KEEPALIVE_TIME"},
        {{"SETSOCKOPT_TCP_KEEPALIVE_IDLE=5"}, 5000, ORIGIN_ALIAS, "SETSOCKOPT_TCP_KEEPALIVE_IDLE"},
        {{"TCPALIVE_IDLE=", "KEEPIDLE=3"}, 3000, ORIGIN_ALIAS, "KEEPIDLE"},
        {{"TCPALIVE_IDLE=", "KEEPIDLE=", "TCP_KEEPIDLE="}, 60000, ORIGIN_DEFAULT, "default"},
        {{"TCPALIVE_IDLEX=5", "XTCPALIVE_IDLE=5", "tcpalive_idle=5"}, 60000, ORIGIN_DEFAULT, "default"},
        {{"KEEPIDLE=0"}, VALUE_SYSTEM, ORIGIN_ALIAS, "KEEPIDLE"},
        {{"TCPALIVE_IDLE=system"}, VALUE_SYSTEM, ORIGIN_VARIABLE, "TCPALIVE_IDLE"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct reading *reading = read_policy(LINUX_GRAIN, rows[i].given);
        struct text text = scratch();
        assert_string_equal(reading->complaints, "");
        assert_int_equal(reading->policy.plain.value[SETTING_IDLE], rows[i].idle);
        assert_int_equal(reading->policy.origin[SETTING_IDLE].kind, rows[i].kind);
        policy_write_origin(&text, &reading->policy, SETTING_IDLE);
        assert_string_equal(text.at, rows[i].source);
    }
}

static void every_alias_arrives(void **state)
{
    (void)state;
    for (size_t i = 0; i < alias_count; i++) {
        char variable[64];
        struct text text = text_in(variable, sizeof variable);
        text_add(&text, aliases[i].variable);
        text_add(&text, aliases[i].setting == SETTING_MAXSEG ? "=99" : "=9");
        const struct reading *reading = READ(variable);
        assert_string_equal(reading->complaints, "");
        assert_ptr_equal(reading->policy.origin[aliases[i].setting].alias, &aliases[i]);
        if (aliases[i].setting < OPTION_COUNT)
            assert_true(reading->policy.plain.value[aliases[i].setting] > 0);
    }
}

/* One that nobody reads would be accepted and without effect. */
static void every_setting_is_read(void **state)
{
    (void)state;
    for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
        static const char *const samples[] = {
            [KIND_DURATION] = "9s", [KIND_COUNT] = "9",    [KIND_BYTES] = "99",
            [KIND_BOUND] = "9s",    [KIND_LIMIT] = "350s", [KIND_TEXT] = "x",
        };
        char variable[64];
        setting_variable(id, variable);
        struct text text = {variable, sizeof variable, strlen(variable)};
        const char *sample = settings[id].kind < COUNT_OF(samples) ? samples[settings[id].kind] : NULL;
        text_add(&text, "=");
        text_add(&text, id == SETTING_RULES ? "any * off" : sample ? sample : settings[id].fallback);
        const struct reading *reading = READ(variable);
        assert_string_equal(reading->complaints, "");
        assert_int_equal(reading->policy.origin[id].kind, ORIGIN_VARIABLE);
    }
}

static void off_reads_nothing_more(void **state)
{
    static const char *const switches[] = {"TCPALIVE=off", "KEEPALIVE=off", "DD_USE_KEEPALIVE=0",
                                           "SETSOCKOPT_TCP_KEEPALIVE=0"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(switches); i++) {
        const struct reading *reading =
            READ(switches[i], "TCPALIVE_IDLE=5x", "TCPALIVE_LOG=loud", "TCPALIVE_RULES=nonsense", "--mode=x");
        assert_false(reading->policy.enabled);
        assert_int_equal(reading->policy.rule_count, 0);
        assert_int_equal(reading->count, 0);
        assert_string_equal(reading->complaints, "");
        assert_in_range(reading->asked, 1, 4);
    }
    assert_true(READ("TCPALIVE=on", "KEEPALIVE=off")->policy.enabled);
}

static void wrong_values_take_their_default_alone(void **state)
{
    (void)state;
    const struct reading *reading =
        READ("TCPALIVE_PROBES=900", "TCPALIVE_IDLE=5x", "TCPALIVE_INTERVAL=7s", "--mode=force", "KEEPALIVE=yes",
             "TCPALIVE_PROGRAMS=/bin/x", "TCPALIVE_SURVIVE=aws", "--follow=maybe");
    assert_string_equal(
        reading->complaints,
        "tcpalive: TCPALIVE_IDLE '5x': not a duration such as 90s, 1h30m or 500ms\n"
        "tcpalive: TCPALIVE_PROBES '900': must be 1..127\n"
        "tcpalive: TCPALIVE_SURVIVE 'aws': neither a duration nor a middlebox that 'tcpalive explain' lists; did you "
        "mean aws-nlb?\n"
        "tcpalive: --mode 'force': must be enforce, tighten or respect; did you mean enforce?\n"
        "tcpalive: TCPALIVE_PROGRAMS '/bin/x': programs are named without a folder\n"
        "tcpalive: --follow 'maybe': must be off, on or never\n");
    assert_int_equal(reading->count, 6);
    assert_int_equal(reading->policy.plain.value[SETTING_IDLE], 60000);
    assert_int_equal(reading->policy.plain.value[SETTING_INTERVAL], 7000);
    assert_int_equal(reading->policy.plain.value[SETTING_PROBES], 6);
    assert_int_equal(reading->policy.mode, MODE_ENFORCE);
    assert_null(reading->policy.programs);
    assert_int_equal(reading->policy.origin[SETTING_IDLE].kind, ORIGIN_DEFAULT);
    assert_int_equal(reading->policy.origin[SETTING_INTERVAL].kind, ORIGIN_VARIABLE);
}

static void wrong_switches_and_levels_take_their_default(void **state)
{
    (void)state;
    const struct reading *reading = READ("TCPALIVE=no", "TCPALIVE_LOG=loud");
    assert_string_equal(reading->complaints, "tcpalive: TCPALIVE_LOG 'loud': must be off, error, warn, info or debug\n"
                                             "tcpalive: TCPALIVE 'no': must be off or on\n");
    assert_true(reading->policy.enabled);
    assert_int_equal(reading->policy.log, LEVEL_WARN);
}

static void wrong_aliases_are_named_as_they_are(void **state)
{
    (void)state;
    const struct reading *reading = READ("KEEPCNT=900", "DD_TCP_KEEPALIVE_TIME=1m");
    assert_string_equal(reading->complaints, "tcpalive: DD_TCP_KEEPALIVE_TIME '1m': not a whole number\n"
                                             "tcpalive: KEEPCNT '900': must be 1..127\n");
    assert_int_equal(reading->policy.plain.value[SETTING_PROBES], 6);
}

static void promises_replace_the_defaults(void **state)
{
    static const struct {
        const char *given[4];
        int32_t idle, interval, probes;
    } rows[] = {
        {{"TCPALIVE_SURVIVE=aws-nlb"}, 175000, 35000, 5},
        {{"--survive=350s", "TCPALIVE_IDLE=60s"}, 60000, 35000, 5},
        {{"TCPALIVE_DETECT=60s"}, 30000, 10000, 3},
        {{"TCPALIVE_SURVIVE=350s", "TCPALIVE_DETECT=1m"}, 30000, 10000, 3},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct reading *reading = read_policy(LINUX_GRAIN, rows[i].given);
        assert_string_equal(reading->complaints, "");
        assert_int_equal(reading->policy.plain.value[SETTING_IDLE], rows[i].idle);
        assert_int_equal(reading->policy.plain.value[SETTING_INTERVAL], rows[i].interval);
        assert_int_equal(reading->policy.plain.value[SETTING_PROBES], rows[i].probes);
    }
}

static void a_breach_drops_the_setting_that_breaks(void **state)
{
    (void)state;
    const struct reading *reading = READ("TCPALIVE_SURVIVE=350s", "KEEPIDLE=600", "TCPALIVE_PROBES=4");
    assert_string_equal(reading->complaints,
                        "tcpalive: KEEPIDLE '600': breaks survive 350s: idle + 2 x interval is 670s; survive "
                        "comes from TCPALIVE_SURVIVE\n");
    assert_int_equal(reading->policy.plain.value[SETTING_IDLE], 175000);
    assert_int_equal(reading->policy.plain.value[SETTING_PROBES], 4);
    reading = READ("--survive=2s", "--idle=5s");
    assert_string_equal(reading->complaints,
                        "tcpalive: --survive '2s': cannot be kept: idle and interval are at least 1s "
                        "each, and two probes must fit\n");
    assert_int_equal(reading->policy.plain.value[SETTING_IDLE], 5000);
    assert_int_equal(reading->policy.plain.value[SETTING_INTERVAL], 10000);
    assert_int_equal(reading->policy.asked.survive, VALUE_UNSET);
    reading = READ("TCPALIVE_DETECT=60s", "TCPALIVE_IDLE=1h", "TCPALIVE_INTERVAL=1h", "TCPALIVE_PROBES=100");
    assert_int_equal(reading->count, 3);
    assert_int_equal(reading->policy.plain.value[SETTING_IDLE], 30000);
    assert_int_equal(reading->policy.asked.detect, 60000);
    reading = READ("TCPALIVE_IDLE=system", "TCPALIVE_USER_TIMEOUT=match");
    assert_string_equal(reading->complaints,
                        "tcpalive: TCPALIVE_USER_TIMEOUT 'match': needs idle, interval and probes, not 'system'\n");
    assert_int_equal(reading->policy.plain.value[SETTING_IDLE], VALUE_SYSTEM);
    assert_int_equal(reading->policy.plain.value[SETTING_USER_TIMEOUT], VALUE_OFF);
}

static void a_breach_names_a_promise_from_elsewhere(void **state)
{
    (void)state;
    const struct reading *reading = READ("TCPALIVE_SURVIVE=350s", "--idle=600s");
    assert_string_equal(reading->complaints,
                        "tcpalive: --idle '600s': breaks survive 350s: idle + 2 x interval is 670s; survive "
                        "comes from TCPALIVE_SURVIVE\n");
    reading = READ("TCPALIVE_SURVIVE=1h", "TCPALIVE_DETECT=60s", "--probes=9");
    assert_string_equal(reading->complaints,
                        "tcpalive: --probes '9': breaks detect 60s: idle + interval x probes is 120s; detect "
                        "comes from TCPALIVE_DETECT\n");
    reading = READ("TCPALIVE_SURVIVE=350s", "TCPALIVE_RULES=any * detect=1h idle=600s");
    assert_string_equal(reading->complaints,
                        "tcpalive: TCPALIVE_RULES 'any * detect=1h idle=600s': 'idle' breaks survive 350s: "
                        "idle + 2 x interval is 670s; survive comes from TCPALIVE_SURVIVE\n");
    reading = READ("--survive=350s", "--idle=600s"); /* side by side on one line */
    assert_string_equal(reading->complaints,
                        "tcpalive: --idle '600s': breaks survive 350s: idle + 2 x interval is 670s\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_given_is_the_defaults),
        cmocka_unit_test(every_variable_and_flag_arrives),
        cmocka_unit_test(the_nearest_source_wins),
        cmocka_unit_test(every_alias_arrives),
        cmocka_unit_test(every_setting_is_read),
        cmocka_unit_test(off_reads_nothing_more),
        cmocka_unit_test(wrong_values_take_their_default_alone),
        cmocka_unit_test(wrong_switches_and_levels_take_their_default),
        cmocka_unit_test(wrong_aliases_are_named_as_they_are),
        cmocka_unit_test(promises_replace_the_defaults),
        cmocka_unit_test(a_breach_drops_the_setting_that_breaks),
        cmocka_unit_test(a_breach_names_a_promise_from_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
