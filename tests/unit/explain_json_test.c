/* explain: the keys that scripts read, and the room for the largest policy. */
#include "core/explain.h"
#include "unit.h"
#include <stdlib.h>
#include <string.h>

#define RETRANSMITS "about 15 minutes on Linux"

static char buffer[EXPLAIN_SIZE];

static void json_has_the_keys_that_scripts_read(void **state)
{
    static const char *const pieces[] = {
        ("{\"enabled\":true,\"idle\":175,\"interval\":35,\"probes\":5,\"user_timeout_ms\":1500,\"dead_after\":210,"
         "\"survives_over\":245,\"in_flight\":{\"preload\":1.500,\"supervise\":1.500,\"both\":1.500,\"attach\":1.500,"
         "\"attach "
         "--watch\":1.500,\"cgroup\":1.500},\"settings\":[{\"name\":\"idle\",\"value\":\"175s\",\"source\":\"survive "
         "350s\"},"),
        "{\"name\":\"rules\",\"value\":\"any *:80 probes=2; any [::1] off\",\"source\":\"--rules\"}",
        "\"rules\":[{\"rule\":\"any *:80\",\"off\":false,\"idle\":175,",
        ",{\"rule\":\"any [::1]/128\",\"off\":true}],",
        "{\"name\":\"azure-lb\",\"idle_limit\":240,\"survived\":false}",
        "{\"name\":\"aws-nlb\",\"idle_limit\":350,\"survived\":true}",
        "{\"name\":\"envoy\",\"idle_limit\":0,\"survived\":false}]}\n",
    };
    (void)state;
    struct text text = text_in(buffer, sizeof buffer);
    const struct reading *reading =
        READ("--survive=350s", "--user-timeout=1500ms", "--rules=any *:80 probes=2; any [::1] off");
    explain_write_json(&text, &reading->policy, &untouched, RETRANSMITS);
    for (size_t i = 0; i < COUNT_OF(pieces); i++)
        if (!strstr(buffer, pieces[i]))
            fail_msg("%s not in %s", pieces[i], buffer);
    text = text_in(buffer, sizeof buffer);
    explain_write_json(&text, &READ("TCPALIVE=off")->policy, &untouched, RETRANSMITS);
    assert_string_equal(buffer, "{\"enabled\":false}\n");
}

/* As many rules as there may be, in as many bytes as a variable may have, every one to be escaped: still whole. */
static void the_largest_policy_fits(void **state)
{
    enum { VARIABLE_MAX = 131071 };
    static const char head[] = "TCPALIVE_RULES=",
                      rule[] = "any [2001:db8:1111:2222:3333:4444:5555:6666]/128:10000-20000 idle=5s;";
    (void)state;
    char *rules = malloc(VARIABLE_MAX + 1), *file = malloc(VARIABLE_MAX + 1);
    assert_true(rules && file);
    strcpy(rules, head);
    for (size_t i = 0; i < POLICY_RULES_MAX; i++)
        memcpy(rules + sizeof head - 1 + i * (sizeof rule - 1), rule, sizeof rule - 1);
    size_t used = sizeof head - 1 + POLICY_RULES_MAX * (sizeof rule - 1);
    memset(rules + used, '\t', VARIABLE_MAX - used);
    memset(file, '\1', VARIABLE_MAX);
    memcpy(file, "TCPALIVE_PROGRAMS=", 18);
    rules[VARIABLE_MAX] = file[VARIABLE_MAX] = '\0';
    const struct reading *reading = READ(rules, file);
    assert_string_equal(reading->complaints, "");
    assert_int_equal(reading->policy.rule_count, POLICY_RULES_MAX);
    struct text text = text_in(buffer, sizeof buffer);
    explain_write_json(&text, &reading->policy, &untouched, RETRANSMITS);
    assert_true(text.used + 1 < sizeof buffer);
    assert_string_equal(buffer + text.used - 4, "}]}\n");
    text = text_in(buffer, sizeof buffer);
    explain_write(&text, &reading->policy, &untouched, RETRANSMITS);
    assert_true(strlen(buffer) + 1 < sizeof buffer);
    free(rules);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_has_the_keys_that_scripts_read),
        cmocka_unit_test(the_largest_policy_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
