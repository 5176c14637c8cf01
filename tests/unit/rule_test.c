/* rule: one entry of TCPALIVE_RULES, and every refusal in its own words. */
#include "core/rule.h"
#include "unit.h"

static const struct {
    const char *text;
    const char *written; /* direction and endpoint; NULL: refused */
    const char *why;
} rows[] = {
    {"connect *:5432 idle=30s probes=3", "connect *:5432", NULL},
    {"accept *:22 off", "accept *:22", NULL},
    {"any 10.0.0.0/8 survive=aws-nlb", "any 10.0.0.0/8", NULL},
    {"any [::1] off", "any [::1]/128", NULL},
    {"  any\t*  off  ", "any *", NULL},
    {"any * idle=system interval=system probes=system user-timeout=match", "any *", NULL},
    {"any * detect=20s syncnt=3 defer-accept=5s maxseg=1400 window-clamp=65536", "any *", NULL},
    {"", NULL, "direction '' must be connect, accept or any"},
    {"listen * off", NULL, "direction 'listen' must be connect, accept or any"},
    {"Any * off", NULL, "direction 'Any' must be connect, accept or any; did you mean any?"},
    {"any", NULL, "no address: ''"},
    {"any off", NULL, "no address: 'off'"},
    {"any *:http off", NULL, "port 'http' must be 1..65535, a-b or *"},
    {"any *:80", NULL, "says nothing: 'off' or name=value must follow"},
    {"any * on", NULL, "'on' is neither 'off' nor name=value"},
    {"any * off off", NULL, "'off' behind 'off'"},
    {"any * off idle=5s  probes=3", NULL, "'idle=5s  probes=3' behind 'off'"},
    {"any * idle=5s off", NULL, "'off' is neither 'off' nor name=value"},
    {"any * idle", NULL, "'idle' is neither 'off' nor name=value"},
    {"any * idle=", NULL, "'idle=' not a duration such as 90s, 1h30m or 500ms"},
    {"any * idle=5x", NULL, "'idle=5x' not a duration such as 90s, 1h30m or 500ms"},
    {"any * idle=0", NULL, "'idle=0' must be 1ms..32767s"},
    {"any * probes=900", NULL, "'probes=900' must be 1..127"},
    {"any * survive=haproxy", NULL, "'survive=haproxy' its idle timer is above TCP, where keepalive does not help"},
    {"any * detect=3s", NULL, "'detect=3s' must be at least 4s"},
    {"any * idle=5s idle=6s", NULL, "'idle' is given twice"},
    {"any * mode=respect", NULL, "'mode' cannot be set by a rule"},
    {"any * log=info", NULL, "'log' cannot be set by a rule"},
    {"any * =5s", NULL, "'' cannot be set by a rule"},
    {"any * speed=5", NULL, "'speed' cannot be set by a rule"},
    {"any * user_timeout=5s", NULL, "'user_timeout' cannot be set by a rule; did you mean user-timeout?"},
    {"conect *:80 idel=5s", NULL, "direction 'conect' must be connect, accept or any; did you mean connect?"},
    {"connect *:80 idel=5s", NULL, "'idel' cannot be set by a rule; did you mean idle?"},
};

static void every_text_is_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct rule rule;
        struct wishes wishes;
        struct text why = scratch(), text = scratch();
        bool fine = rule_parse(span_of(rows[i].text), &rule, &wishes, &why);
        if (fine == !rows[i].written)
            fail_msg("'%s': %s", rows[i].text, fine ? "taken" : why.at);
        assert_string_equal(why.at, fine ? "" : rows[i].why);
        if (!fine)
            continue;
        rule_write(&text, &rule);
        assert_string_equal(text.at, rows[i].written);
    }
}

static void wishes_are_what_was_said(void **state)
{
    (void)state;
    struct rule rule;
    struct wishes wishes;
    struct text why = scratch();
    assert_true(rule_parse(span_of("connect *:1-2 idle=30s probes=3 user-timeout=match survive=aws-nlb"), &rule,
                           &wishes, &why));
    assert_int_equal(rule.direction, DIRECTION_CONNECT);
    assert_false(rule.off);
    for (enum setting_id id = 0; id < SETTING_COUNT; id++)
        assert_int_equal(wishes.value[id], id == SETTING_IDLE           ? 30000
                                           : id == SETTING_PROBES       ? 3
                                           : id == SETTING_USER_TIMEOUT ? VALUE_MATCH
                                           : id == SETTING_SURVIVE      ? 350000
                                                                        : VALUE_UNSET);
    assert_true(rule_parse(span_of("any * off"), &rule, &wishes, &why));
    assert_true(rule.off);
}

static void a_rule_speaks_of_its_direction_and_port(void **state)
{
    static const struct {
        const char *rule;
        bool connect80, accept80, connect81;
    } speaks[] = {
        {"connect *:80 off", true, false, false},     {"accept *:80 off", false, true, false},
        {"any *:80 off", true, true, false},          {"any * off", true, true, true},
        {"any 10.0.0.1:80-81 off", true, true, true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(speaks); i++) {
        struct rule rule;
        struct wishes wishes;
        struct text why = scratch();
        assert_true(rule_parse(span_of(speaks[i].rule), &rule, &wishes, &why));
        assert_int_equal(rule_speaks(&rule, DIRECTION_CONNECT, 80), speaks[i].connect80);
        assert_int_equal(rule_speaks(&rule, DIRECTION_ACCEPT, 80), speaks[i].accept80);
        assert_int_equal(rule_speaks(&rule, DIRECTION_CONNECT, 81), speaks[i].connect81);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_is_read_or_refused),
        cmocka_unit_test(wishes_are_what_was_said),
        cmocka_unit_test(a_rule_speaks_of_its_direction_and_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
