/* policy: TCPALIVE_RULES read as a whole: what a rule inherits, what drops one alone, and how many there may be. */
#include "unit.h"
#include <stdlib.h>
#include <string.h>

#define EXAMPLE                                                                                                        \
    "TCPALIVE_RULES=connect *:5432 idle=30s probes=3; accept *:22 off; any 10.0.0.0/8 survive=aws-nlb; any [::1] off"

static const int32_t *rule_values(const struct reading *reading, size_t i)
{
    return reading->policy.rule[i].profile.value;
}

static void the_documented_rules_are_read(void **state)
{
    (void)state;
    const struct reading *reading = READ(EXAMPLE);
    assert_string_equal(reading->complaints, "");
    assert_int_equal(reading->policy.rule_count, 4);
    assert_true(reading->policy.rules_on_accept);
    const int32_t first[] = {30000, 10000, 3, VALUE_OFF}, third[] = {175000, 35000, 5, VALUE_OFF};
    assert_memory_equal(rule_values(reading, 0), first, sizeof first);
    assert_memory_equal(rule_values(reading, 2), third, sizeof third);
    assert_true(reading->policy.rule[1].off && reading->policy.rule[3].off);
    assert_false(READ("TCPALIVE_RULES=connect *:1 off")->policy.rules_on_accept);
    assert_true(READ("--rules=any *:1 off")->policy.rules_on_accept);
    assert_true(READ("--rules=connect *:1 off; accept *:1 off")->policy.rules_on_accept);
}

static void a_rule_notices_as_soon_as_it_or_the_plain_settings_say(void **state)
{
    (void)state;
    assert_int_equal(READ("--detect=60s")->policy.plain.detect, 60000);
    assert_int_equal(READ("--detect=60s", "--rules=any * probes=2")->policy.rule[0].profile.detect, 60000);
    assert_int_equal(READ("--detect=60s", "--rules=any * detect=9s")->policy.rule[0].profile.detect, 9000);
    assert_int_equal(READ("--rules=any * detect=9s")->policy.rule[0].profile.detect, 9000);
    assert_int_equal(READ("--rules=any * detect=9s")->policy.plain.detect, VALUE_UNSET);
}

static void empty_entries_are_nothing(void **state)
{
    (void)state;
    const struct reading *reading = READ("TCPALIVE_RULES= ;; \n any * off;\n;");
    assert_string_equal(reading->complaints, "");
    assert_int_equal(reading->policy.rule_count, 1);
    assert_int_equal(READ("TCPALIVE_RULES=;")->policy.rule_count, 0);
}

static void a_rule_replaces_what_it_says(void **state)
{
    static const struct {
        const char *given[4];
        int32_t idle, interval, probes, user_timeout;
    } rows[] = {
        {{"TCPALIVE_IDLE=20s", "--rules=any * probes=3"}, 20000, 10000, 3, VALUE_OFF},
        {{"TCPALIVE_SURVIVE=350s", "--rules=any * idle=1h"}, 3600000, 35000, 5, VALUE_OFF},
        {{"TCPALIVE_IDLE=1h", "--rules=any * survive=350s"}, 175000, 35000, 5, VALUE_OFF},
        {{"TCPALIVE_DETECT=60s", "--rules=any * survive=350s"}, 30000, 10000, 3, VALUE_OFF},
        {{"TCPALIVE_DETECT=60s", "--rules=any * survive=350s detect=120s"}, 60000, 20000, 3, VALUE_OFF},
        {{"TCPALIVE_USER_TIMEOUT=match", "--rules=any * idle=30s"}, 30000, 10000, 6, 90000},
        {{"TCPALIVE_USER_TIMEOUT=90s", "--rules=any * idle=30s"}, 30000, 10000, 6, 90000},
        {{"TCPALIVE_USER_TIMEOUT=90s", "--rules=any * user-timeout=off"}, 60000, 10000, 6, VALUE_OFF},
        {{"TCPALIVE_IDLE=20s", "--rules=any * idle=system"}, VALUE_SYSTEM, 10000, 6, VALUE_OFF},
        {{"--rules=any * idle=1500ms"}, 2000, 10000, 6, VALUE_OFF},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct reading *reading = read_policy(LINUX_GRAIN, rows[i].given);
        const int32_t wanted[] = {rows[i].idle, rows[i].interval, rows[i].probes, rows[i].user_timeout};
        assert_string_equal(reading->complaints, "");
        assert_int_equal(reading->policy.rule_count, 1);
        assert_memory_equal(rule_values(reading, 0), wanted, sizeof wanted);
    }
}

static void a_wrong_rule_is_dropped_alone(void **state)
{
    (void)state;
    const struct reading *reading =
        READ("TCPALIVE_RULES=any *:1 idle=5s; any *:2 idle=5x; connect * survive=350s idle=600s; any *:99999 off; "
             "any * survive=2s; any * user-timeout=match idle=system; connect *:3 off");
    assert_string_equal(
        reading->complaints,
        "tcpalive: TCPALIVE_RULES 'any *:2 idle=5x': 'idle=5x' not a duration such as 90s, 1h30m or 500ms\n"
        "tcpalive: TCPALIVE_RULES 'connect * survive=350s idle=600s': "
        "'idle' breaks survive 350s: idle + 2 x interval is 670s\n"
        "tcpalive: TCPALIVE_RULES 'any *:99999 off': port '99999' must be 1..65535, a-b or *\n"
        "tcpalive: TCPALIVE_RULES 'any * survive=2s': "
        "'survive' cannot be kept: idle and interval are at least 1s each, and two probes must fit\n"
        "tcpalive: TCPALIVE_RULES 'any * user-timeout=match idle=system': "
        "'user-timeout' needs idle, interval and probes, not 'system'\n");
    assert_int_equal(reading->count, 5);
    assert_int_equal(reading->policy.rule_count, 2);
    assert_int_equal(reading->policy.rule[0].endpoint.port_low, 1);
    assert_int_equal(reading->policy.rule[1].endpoint.port_low, 3);
}

static void rules_of_a_flag_are_complained_of_as_such(void **state)
{
    (void)state;
    assert_string_equal(READ("--rules=listen * off", "TCPALIVE_RULES=any * off")->complaints,
                        "tcpalive: --rules 'listen * off': direction 'listen' must be connect, accept or any\n");
}

static void a_thousand_and_twenty_four_are_the_most(void **state)
{
    enum { MOST = 1024 };
    static const char rule[] = "any *:7 off;";
    (void)state;
    size_t used = strlen("TCPALIVE_RULES=");
    char *text = malloc(used + (MOST + 2) * (sizeof rule + 1));
    assert_non_null(text);
    strcpy(text, "TCPALIVE_RULES=");
    for (int i = 0; i < MOST; i++, used += sizeof rule - 1)
        memcpy(text + used, rule, sizeof rule);
    const struct reading *reading = READ(text);
    assert_int_equal(reading->policy.rule_count, MOST);
    assert_string_equal(reading->complaints, "");
    strcpy(text + used, "any *:8 off; any *:9 off");
    reading = READ(text);
    assert_int_equal(reading->policy.rule_count, MOST);
    assert_string_equal(reading->complaints, "tcpalive: TCPALIVE_RULES 'any *:8 off': there are 1024 rules already\n"
                                             "tcpalive: TCPALIVE_RULES 'any *:9 off': there are 1024 rules already\n");
    free(text);
}

static void a_long_wrong_rule_is_one_line(void **state)
{
    (void)state;
    char text[3000] = "TCPALIVE_RULES=any ";
    memset(text + strlen(text), 'x', 2000);
    strcat(text, "\t off");
    const struct reading *reading = READ(text);
    const char *end = strchr(reading->complaints, '\n');
    assert_non_null(end);
    assert_string_equal(end, "\n");
    assert_in_range(strlen(reading->complaints), 400, 600);
}

/* Lines, comments and semicolons; a wrong rule on a line of its own is told alone. */
static void rules_are_lines_too(void **state)
{
    (void)state;
    const struct reading *reading =
        READ("TCPALIVE_RULES=# databases; not a rule\nconnect *:5432 idle=30s # soon\r\n\n  accept *:22 off; any *:7 "
             "off\nnonsense\n#\n");
    assert_int_equal(reading->policy.rule_count, 3);
    assert_string_equal(reading->complaints,
                        "tcpalive: TCPALIVE_RULES 'nonsense': direction 'nonsense' must be connect, accept or any\n");
    assert_string_equal(READ("TCPALIVE_RULES=@/x")->complaints,
                        "tcpalive: TCPALIVE_RULES '@/x': this library reads no files of rules\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_lines_too),
        cmocka_unit_test(the_documented_rules_are_read),
        cmocka_unit_test(a_rule_notices_as_soon_as_it_or_the_plain_settings_say),
        cmocka_unit_test(empty_entries_are_nothing),
        cmocka_unit_test(a_rule_replaces_what_it_says),
        cmocka_unit_test(a_wrong_rule_is_dropped_alone),
        cmocka_unit_test(rules_of_a_flag_are_complained_of_as_such),
        cmocka_unit_test(a_thousand_and_twenty_four_are_the_most),
        cmocka_unit_test(a_long_wrong_rule_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
