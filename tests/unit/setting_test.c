/* setting: every row of the table: names, default, range, words, and what is said of a wrong value. */
#include "core/duration.h"
#include "core/middlebox.h"
#include "unit.h"
#include <string.h>

/* What product.md fixes of each setting. A number is in the unit of core: milliseconds for durations. */
static const struct {
    enum setting_id id;
    const char *variable, *flag, *fallback;
} names[] = {
    {SETTING_IDLE, "TCPALIVE_IDLE", "--idle", "60s"},
    {SETTING_INTERVAL, "TCPALIVE_INTERVAL", "--interval", "10s"},
    {SETTING_PROBES, "TCPALIVE_PROBES", "--probes", "6"},
    {SETTING_USER_TIMEOUT, "TCPALIVE_USER_TIMEOUT", "--user-timeout", "off"},
    {SETTING_SYNCNT, "TCPALIVE_SYNCNT", "--syncnt", ""},
    {SETTING_DEFER_ACCEPT, "TCPALIVE_DEFER_ACCEPT", "--defer-accept", ""},
    {SETTING_MAXSEG, "TCPALIVE_MAXSEG", "--maxseg", ""},
    {SETTING_WINDOW_CLAMP, "TCPALIVE_WINDOW_CLAMP", "--window-clamp", ""},
    {SETTING_SURVIVE, "TCPALIVE_SURVIVE", "--survive", ""},
    {SETTING_DETECT, "TCPALIVE_DETECT", "--detect", ""},
    {SETTING_MODE, "TCPALIVE_MODE", "--mode", "enforce"},
    {SETTING_RULES, "TCPALIVE_RULES", "--rules", ""},
    {SETTING_PROGRAMS, "TCPALIVE_PROGRAMS", "--programs", ""},
    {SETTING_FOLLOW, "TCPALIVE_FOLLOW", "--follow", "off"},
    {SETTING_LOG, "TCPALIVE_LOG", "--log", "warn"},
    {SETTING_LOG_FILE, "TCPALIVE_LOG_FILE", "--log-file", "stderr"},
    {SETTING_ENABLED, "TCPALIVE", "", "on"},
};

static const struct {
    enum setting_id id;
    const char *text;
    int32_t value;
} accepted[] = {
    {SETTING_IDLE, "1ms", 1},
    {SETTING_IDLE, "1", 1000},
    {SETTING_IDLE, "32767s", 32767000},
    {SETTING_IDLE, "system", VALUE_SYSTEM},
    {SETTING_INTERVAL, "1ms", 1},
    {SETTING_INTERVAL, "9h6m7s", 32767000},
    {SETTING_INTERVAL, "system", VALUE_SYSTEM},
    {SETTING_PROBES, "1", 1},
    {SETTING_PROBES, "127", 127},
    {SETTING_PROBES, "system", VALUE_SYSTEM},
    {SETTING_USER_TIMEOUT, "1ms", 1},
    {SETTING_USER_TIMEOUT, "2147483647ms", INT32_MAX},
    {SETTING_USER_TIMEOUT, "match", VALUE_MATCH},
    {SETTING_USER_TIMEOUT, "off", VALUE_OFF},
    {SETTING_USER_TIMEOUT, "system", VALUE_SYSTEM},
    {SETTING_SYNCNT, "1", 1},
    {SETTING_SYNCNT, "127", 127},
    {SETTING_SYNCNT, "system", VALUE_SYSTEM},
    {SETTING_DEFER_ACCEPT, "1ms", 1},
    {SETTING_DEFER_ACCEPT, "32767", 32767000},
    {SETTING_MAXSEG, "88", 88},
    {SETTING_MAXSEG, "32767", 32767},
    {SETTING_WINDOW_CLAMP, "1", 1},
    {SETTING_WINDOW_CLAMP, "2147483647", INT32_MAX},
    {SETTING_SURVIVE, "1ms", 1},
    {SETTING_SURVIVE, "2147483647ms", INT32_MAX},
    {SETTING_SURVIVE, "aws-nlb", 350000},
    {SETTING_SURVIVE, "conntrack", 432000000},
    {SETTING_DETECT, "4s", 4000},
    {SETTING_DETECT, "2147483647ms", INT32_MAX},
    {SETTING_MODE, "enforce", MODE_ENFORCE},
    {SETTING_MODE, "tighten", MODE_TIGHTEN},
    {SETTING_MODE, "respect", MODE_RESPECT},
    {SETTING_FOLLOW, "on", 1},
    {SETTING_FOLLOW, "off", 0},
    {SETTING_FOLLOW, "never", 2},
    {SETTING_LOG, "off", LEVEL_OFF},
    {SETTING_LOG, "error", LEVEL_ERROR},
    {SETTING_LOG, "warn", LEVEL_WARN},
    {SETTING_LOG, "info", LEVEL_INFO},
    {SETTING_LOG, "debug", LEVEL_DEBUG},
    {SETTING_ENABLED, "on", 1},
    {SETTING_ENABLED, "off", 0},
};

#define NO_DURATION "not a duration such as 90s, 1h30m or 500ms"
#define NO_LIMIT    "neither a duration nor a middlebox that 'tcpalive explain' lists"
#define ABOVE_TCP   "its idle timer is above TCP, where keepalive does not help"
#define SECONDS     "must be 1ms..32767s"

static const struct {
    enum setting_id id;
    const char *text, *why;
} refused[] = {
    {SETTING_IDLE, "0", SECONDS},
    {SETTING_IDLE, "32768", SECONDS},
    {SETTING_IDLE, "32767001ms", SECONDS},
    {SETTING_IDLE, "9999999999999999999999h", "too long"},
    {SETTING_IDLE, "5x", NO_DURATION},
    {SETTING_IDLE, "abc", NO_DURATION},
    {SETTING_IDLE, "", NO_DURATION},
    {SETTING_IDLE, "-1", NO_DURATION},
    {SETTING_IDLE, "off", NO_DURATION},
    {SETTING_IDLE, "match", NO_DURATION},
    {SETTING_IDLE, "aws-nlb", NO_DURATION},
    {SETTING_IDLE, "System", NO_DURATION "; did you mean system?"},
    {SETTING_IDLE, "5min", NO_DURATION "; did you mean 5m?"},
    {SETTING_IDLE, "5 minutes", NO_DURATION "; did you mean 5m?"},
    {SETTING_IDLE, "2hours", NO_DURATION "; did you mean 2h?"},
    {SETTING_IDLE, "500msec", NO_DURATION "; did you mean 500ms?"},
    {SETTING_IDLE, "500millis", NO_DURATION "; did you mean 500ms?"},
    {SETTING_IDLE, "5m\x1b", NO_DURATION},
    {SETTING_IDLE, "1h1hour", NO_DURATION},
    {SETTING_IDLE, "99999999999999999999999sec", NO_DURATION},
    {SETTING_INTERVAL, "0s", SECONDS},
    {SETTING_INTERVAL, "9h6m8s", SECONDS},
    {SETTING_PROBES, "0", "must be 1..127"},
    {SETTING_PROBES, "128", "must be 1..127"},
    {SETTING_PROBES, "900", "must be 1..127"},
    {SETTING_PROBES, "4294967297", "must be 1..127"},
    {SETTING_PROBES, "99999999999999999999", "not a whole number"},
    {SETTING_PROBES, "-1", "not a whole number"},
    {SETTING_PROBES, "6s", "not a whole number"},
    {SETTING_PROBES, "sytem", "not a whole number; did you mean system?"},
    {SETTING_PROBES, "", "not a whole number"},
    {SETTING_USER_TIMEOUT, "0", "must be at least 1ms"},
    {SETTING_USER_TIMEOUT, "2147483648ms", "must be at most 2147483647ms"},
    {SETTING_USER_TIMEOUT, "on", NO_DURATION},
    {SETTING_USER_TIMEOUT, "mach", NO_DURATION "; did you mean match?"},
    {SETTING_SYNCNT, "0", "must be 1..127"},
    {SETTING_SYNCNT, "128", "must be 1..127"},
    {SETTING_DEFER_ACCEPT, "0", SECONDS},
    {SETTING_DEFER_ACCEPT, "32768", SECONDS},
    {SETTING_MAXSEG, "87", "must be 88..32767"},
    {SETTING_MAXSEG, "32768", "must be 88..32767"},
    {SETTING_WINDOW_CLAMP, "0", "must be 1..2147483647"},
    {SETTING_WINDOW_CLAMP, "2147483648", "must be 1..2147483647"},
    {SETTING_WINDOW_CLAMP, "1k", "not a whole number"},
    {SETTING_SURVIVE, "0", "must be at least 1ms"},
    {SETTING_SURVIVE, "2147483648ms", "must be at most 2147483647ms"},
    {SETTING_SURVIVE, "aws-nl", NO_LIMIT "; did you mean aws-nlb?"},
    {SETTING_SURVIVE, "AWS-NLB", NO_LIMIT "; did you mean aws-nlb?"},
    {SETTING_SURVIVE, "aws_nlb", NO_LIMIT "; did you mean aws-nlb?"},
    {SETTING_SURVIVE, "nlb", NO_LIMIT "; did you mean aws-nlb?"},
    {SETTING_SURVIVE, "azure", NO_LIMIT "; did you mean azure-lb?"},
    {SETTING_SURVIVE, "350sec", NO_LIMIT "; did you mean 350s?"},
    {SETTING_SURVIVE, "system", NO_LIMIT},
    {SETTING_SURVIVE, "haproxy", ABOVE_TCP},
    {SETTING_SURVIVE, "envoy", ABOVE_TCP},
    {SETTING_SURVIVE, "aws-alb", ABOVE_TCP},
    {SETTING_SURVIVE, "aws-clb", ABOVE_TCP},
    {SETTING_DETECT, "3999ms", "must be at least 4s"},
    {SETTING_DETECT, "2147483648ms", "must be at most 2147483647ms"},
    {SETTING_DETECT, "system", NO_DURATION},
    {SETTING_MODE, "force", "must be enforce, tighten or respect; did you mean enforce?"},
    {SETTING_MODE, "strict", "must be enforce, tighten or respect"},
    {SETTING_MODE, "", "must be enforce, tighten or respect"},
    {SETTING_FOLLOW, "yes", "must be off, on or never"},
    {SETTING_LOG, "wran", "must be off, error, warn, info or debug; did you mean warn?"},
    {SETTING_LOG, "loud", "must be off, error, warn, info or debug"},
    {SETTING_ENABLED, "1", "must be off or on"},
};

static void every_row_has_its_names_and_default(void **state)
{
    (void)state;
    assert_int_equal(COUNT_OF(names), SETTING_COUNT);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char name[SETTING_NAME_SIZE];
        assert_int_equal(names[i].id, i);
        setting_variable(names[i].id, name);
        assert_string_equal(name, names[i].variable);
        setting_flag(names[i].id, name);
        assert_string_equal(name, names[i].flag);
        assert_int_equal(setting_by_flag(span_of(*name ? name + 2 : "")), *name ? names[i].id : SETTING_COUNT);
        assert_string_equal(settings[i].fallback, names[i].fallback);
    }
    assert_int_equal(setting_by_flag(span_of("idl")), SETTING_COUNT);
    assert_int_equal(setting_by_flag(span_of("idle ")), SETTING_COUNT);
    assert_int_equal(setting_by_flag(span_of("user_timeout")), SETTING_COUNT);
}

static void right_values_are_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(accepted); i++) {
        int32_t value = VALUE_UNSET;
        struct text why = scratch();
        if (!setting_parse(accepted[i].id, span_of(accepted[i].text), &value, &why) || value != accepted[i].value)
            fail_msg("%s '%s': %d %s", settings[accepted[i].id].suffix, accepted[i].text, value, why.at);
        assert_string_equal(why.at, "");
    }
}

static void wrong_values_are_refused_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        int32_t value;
        struct text why = scratch();
        if (setting_parse(refused[i].id, span_of(refused[i].text), &value, &why))
            fail_msg("%s '%s' was taken", settings[refused[i].id].suffix, refused[i].text);
        assert_string_equal(why.at, refused[i].why);
    }
}

/* Each kind but free text is in both tables, so that a new row cannot come without a test. */
static void every_row_is_tested(void **state)
{
    (void)state;
    for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
        bool taken = settings[id].kind == KIND_TEXT, turned_down = taken;
        for (size_t i = 0; i < COUNT_OF(accepted); i++)
            taken = taken || accepted[i].id == id;
        for (size_t i = 0; i < COUNT_OF(refused); i++)
            turned_down = turned_down || refused[i].id == id;
        assert_true(taken && turned_down);
    }
}

static void defaults_are_values(void **state)
{
    (void)state;
    for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
        int32_t value;
        struct text why = scratch();
        if (*settings[id].fallback && settings[id].kind != KIND_TEXT)
            assert_true(setting_parse(id, span_of(settings[id].fallback), &value, &why));
    }
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(accepted); i++) {
        int32_t value = VALUE_UNSET;
        struct text why = scratch(), text = scratch();
        setting_write(&text, accepted[i].id, accepted[i].value);
        assert_true(setting_parse(accepted[i].id, span_of(text.at), &value, &why));
        assert_int_equal(value, accepted[i].value);
    }
    struct text text = scratch();
    setting_write(&text, SETTING_IDLE, VALUE_UNSET);
    assert_string_equal(text.at, "unset");
}

static void rules_say_options_and_promises(void **state)
{
    (void)state;
    for (enum setting_id id = 0; id < SETTING_COUNT; id++)
        assert_int_equal(setting_in_rule(id), id <= SETTING_DETECT);
}

static void every_middlebox_can_be_survived_or_says_why_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < middlebox_count; i++) {
        int32_t value = VALUE_UNSET;
        struct text why = scratch();
        bool fine = setting_parse(SETTING_SURVIVE, span_of(middleboxes[i].name), &value, &why);
        assert_int_equal(fine, middleboxes[i].idle_limit_ms > 0);
        assert_int_equal(value, fine ? middleboxes[i].idle_limit_ms : VALUE_UNSET);
        assert_true(!i || !fine || middleboxes[i].idle_limit_ms >= middleboxes[i - 1].idle_limit_ms);
        assert_ptr_equal(middlebox_find(span_of(middleboxes[i].name)), &middleboxes[i]);
        int64_t ms;
        assert_non_null(duration_parse(span_of(middleboxes[i].name), &ms)); /* no name can be taken for a time */
    }
    assert_null(middlebox_find(span_of("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_has_its_names_and_default),
        cmocka_unit_test(right_values_are_taken),
        cmocka_unit_test(wrong_values_are_refused_in_words),
        cmocka_unit_test(every_row_is_tested),
        cmocka_unit_test(defaults_are_values),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(rules_say_options_and_promises),
        cmocka_unit_test(every_middlebox_can_be_survived_or_says_why_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
