/* plan: which options a connection gets, by what is known of it and when. */
#include "core/plan.h"
#include "unit.h"
#include <string.h>

enum {
    KEEPALIVE_SET = 1 << SETTING_IDLE | 1 << SETTING_INTERVAL | 1 << SETTING_PROBES,
    DEFER = 1 << SETTING_DEFER_ACCEPT
};

static struct facts facts_of(enum role role, bool prepared, const char *peer, uint16_t port)
{
    uint8_t bytes[16];
    struct facts facts = {.role = role, .prepared = prepared, .port = port};
    if (peer && address_parse_v4(span_of(peer), bytes))
        facts.peer = address_v4(bytes);
    else if (peer && address_parse_v6(span_of(peer), bytes))
        facts.peer = address_v6(bytes);
    return facts;
}

/* What is expected of a plan, as one word. */
enum outcome {
    SETS,     /* keepalive and the three numbers */
    SET_DONE, /* covered, nothing left to set */
    WAITS,
    LEFT, /* not covered */
};

static enum outcome outcome_of(const struct plan *plan)
{
    if (plan->waiting) {
        assert_false(plan->covered || plan->keepalive || plan->set & KEEPALIVE_SET);
        return WAITS;
    }
    if (!plan->covered) {
        assert_int_equal(plan->set, 0);
        assert_false(plan->keepalive);
        return LEFT;
    }
    assert_int_equal(plan->keepalive, (plan->set & KEEPALIVE_SET) == KEEPALIVE_SET);
    return plan->keepalive ? SETS : SET_DONE;
}

struct row {
    enum role role;
    bool prepared;
    const char *peer;
    uint16_t port;
    enum outcome outcome;
    int rule; /* from 0, PLAN_NO_RULE */
};

static void expect_rows(const struct policy *policy, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct facts facts = facts_of(rows[i].role, rows[i].prepared, rows[i].peer, rows[i].port);
        struct plan plan;
        memset(&plan, 0xa5, sizeof plan);
        plan_make(policy, &facts, &plan);
        enum outcome outcome = outcome_of(&plan);
        if (outcome != rows[i].outcome || plan.rule != rows[i].rule)
            fail_msg("row %zu: outcome %d, rule %d", i, outcome, plan.rule);
        const struct profile *target = plan.rule >= 0 ? &policy->rule[plan.rule].profile : &policy->plain;
        if (plan.covered)
            assert_memory_equal(plan.value, target->value, sizeof plan.value);
    }
}

static void without_rules_a_socket_is_prepared_when_made(void **state)
{
    static const struct row rows[] = {
        {ROLE_MADE, false, NULL, 0, SETS, PLAN_NO_RULE},
        {ROLE_MADE, true, NULL, 0, SETS, PLAN_NO_RULE},
        {ROLE_CONNECT, true, "10.0.0.1", 80, SET_DONE, PLAN_NO_RULE},
        {ROLE_CONNECT, false, "10.0.0.1", 80, SETS, PLAN_NO_RULE},
        {ROLE_LISTEN, true, NULL, 80, SET_DONE, PLAN_NO_RULE},
        {ROLE_LISTEN, false, NULL, 80, SETS, PLAN_NO_RULE},
        {ROLE_ACCEPT, true, "10.0.0.1", 80, SET_DONE, PLAN_NO_RULE},
        {ROLE_ACCEPT, false, "10.0.0.1", 80, SETS, PLAN_NO_RULE},
    };
    (void)state;
    expect_rows(&READ(NULL)->policy, rows, COUNT_OF(rows));
}

#define RULES                                                                                                          \
    "--rules=connect *:5432 idle=30s; accept *:22 off; any 10.0.0.0/8:80 idle=5s; connect [2001:db8::]/32 off; "       \
    "accept *:443 idle=7s"

static void with_rules_the_first_that_matches_decides(void **state)
{
    static const struct row rows[] = {
        {ROLE_MADE, false, NULL, 0, WAITS, PLAN_NO_RULE},
        {ROLE_CONNECT, false, "10.0.0.1", 5432, SETS, 0},
        {ROLE_CONNECT, true, "10.0.0.1", 5432, SETS, 0},
        {ROLE_CONNECT, false, "10.0.0.1", 80, SETS, 2},
        {ROLE_CONNECT, false, "::ffff:10.0.0.1", 80, SETS, 2},
        {ROLE_CONNECT, false, "11.0.0.1", 80, SETS, PLAN_NO_RULE},
        {ROLE_CONNECT, false, "2001:db8::1", 80, LEFT, 3},
        {ROLE_CONNECT, false, "2001:db8::1", 5432, SETS, 0},
        {ROLE_CONNECT, false, "2001:db9::1", 22, SETS, PLAN_NO_RULE},
        {ROLE_CONNECT, false, "10.0.0.1", 22, SETS, PLAN_NO_RULE},
        {ROLE_CONNECT, false, "10.0.0.1", 443, SETS, PLAN_NO_RULE},
    };
    (void)state;
    expect_rows(&READ(RULES)->policy, rows, COUNT_OF(rows));
}

/* A rule on the peer's address says nothing of a listener: what it accepts is decided one by one. */
static void listeners_wait_where_the_peer_decides(void **state)
{
    static const struct row rows[] = {
        {ROLE_LISTEN, false, NULL, 22, LEFT, 1},
        {ROLE_ACCEPT, true, "10.0.0.1", 22, LEFT, 1},
        {ROLE_LISTEN, false, NULL, 80, WAITS, PLAN_NO_RULE},
        {ROLE_ACCEPT, true, "10.0.0.1", 80, SETS, 2},
        {ROLE_ACCEPT, true, "::ffff:10.0.0.1", 80, SETS, 2},
        {ROLE_ACCEPT, true, "11.0.0.1", 80, SETS, PLAN_NO_RULE},
        {ROLE_LISTEN, false, NULL, 443, SETS, 4},
        {ROLE_ACCEPT, true, "10.0.0.1", 443, SET_DONE, 4},
        {ROLE_ACCEPT, false, "10.0.0.1", 443, SETS, 4},
        {ROLE_LISTEN, false, NULL, 5432, SETS, PLAN_NO_RULE},
        {ROLE_ACCEPT, true, "10.0.0.1", 5432, SET_DONE, PLAN_NO_RULE},
        {ROLE_ACCEPT, false, "10.0.0.1", 5432, SETS, PLAN_NO_RULE},
    };
    (void)state;
    expect_rows(&READ(RULES)->policy, rows, COUNT_OF(rows));
}

static void a_rule_in_front_of_the_peers_decides_for_the_listener(void **state)
{
    static const struct row rows[] = {
        {ROLE_LISTEN, false, NULL, 80, SETS, 0},
        {ROLE_ACCEPT, true, "10.0.0.1", 80, SET_DONE, 0},
        {ROLE_LISTEN, false, NULL, 81, WAITS, PLAN_NO_RULE},
        {ROLE_ACCEPT, true, "10.0.0.1", 81, LEFT, 1},
        {ROLE_ACCEPT, true, "11.0.0.1", 81, SETS, 2},
    };
    (void)state;
    expect_rows(&READ("--rules=accept *:80 idle=9s; any 10.0.0.0/8 off; accept *:81 idle=8s")->policy, rows,
                COUNT_OF(rows));
}

static void off_covers_nothing(void **state)
{
    static const struct row rows[] = {
        {ROLE_MADE, false, NULL, 0, LEFT, PLAN_NO_RULE},
        {ROLE_CONNECT, false, "10.0.0.1", 80, LEFT, PLAN_NO_RULE},
        {ROLE_LISTEN, false, NULL, 80, LEFT, PLAN_NO_RULE},
        {ROLE_ACCEPT, false, "10.0.0.1", 80, LEFT, PLAN_NO_RULE},
    };
    (void)state;
    expect_rows(&READ("TCPALIVE=off", RULES)->policy, rows, COUNT_OF(rows));
}

static uint16_t set_for(const struct policy *policy, enum role role, bool prepared)
{
    struct facts facts = facts_of(role, prepared, "10.0.0.1", 80);
    struct plan plan;
    plan_make(policy, &facts, &plan);
    return plan.set;
}

static void deferring_accept_is_for_listeners_only(void **state)
{
    (void)state;
    for (int with_rules = 0; with_rules < 2; with_rules++) {
        const struct policy *policy =
            &READ("TCPALIVE_DEFER_ACCEPT=5s", with_rules ? "--rules=any *:80 idle=5s" : "--idle=5s")->policy;
        assert_int_equal(set_for(policy, ROLE_MADE, false) & DEFER, 0);
        assert_int_equal(set_for(policy, ROLE_CONNECT, false) & DEFER, 0);
        assert_int_equal(set_for(policy, ROLE_ACCEPT, false) & DEFER, 0);
        assert_int_equal(set_for(policy, ROLE_ACCEPT, true) & DEFER, 0);
        assert_int_equal(set_for(policy, ROLE_LISTEN, false) & DEFER, DEFER);
        assert_int_equal(set_for(policy, ROLE_LISTEN, true) & DEFER, DEFER);
    }
}

static void what_is_left_to_the_system_is_not_set(void **state)
{
    (void)state;
    const struct policy *policy = &READ("TCPALIVE_IDLE=system", "TCPALIVE_SYNCNT=3")->policy;
    assert_int_equal(set_for(policy, ROLE_MADE, false),
                     1 << SETTING_INTERVAL | 1 << SETTING_PROBES | 1 << SETTING_SYNCNT);
    policy = &READ("TCPALIVE_USER_TIMEOUT=match")->policy;
    assert_int_equal(set_for(policy, ROLE_MADE, false), KEEPALIVE_SET | 1 << SETTING_USER_TIMEOUT);
    policy = &READ("TCPALIVE_IDLE=system", "TCPALIVE_INTERVAL=system", "TCPALIVE_PROBES=system")->policy;
    assert_int_equal(set_for(policy, ROLE_MADE, false), 0);
}

/* Where it is not known whether a connection was accepted or made, the rules decide only when they agree. */
static void a_direction_that_is_not_known_matters_where_rules_differ(void **state)
{
    static const struct {
        const char *rules;
        uint16_t port, peer_port;
        bool unsure, covered;
        int32_t idle;
    } rows[] = {
        {"--rules=connect *:80 off", 40000, 80, true, false, 0},
        {"--rules=connect *:80 off", 40000, 81, false, true, 60000},
        {"--rules=any * idle=5s", 40000, 80, false, true, 5000},
        {"--rules=any * off", 40000, 80, false, false, 0},
        {"--rules=connect *:80 idle=5s; accept * idle=5s", 40000, 80, false, true, 5000},
        {"--rules=accept *:40000 idle=60s", 40000, 80, false, true, 60000},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct facts facts = facts_of(ROLE_ACCEPT, false, "10.0.0.1", rows[i].port);
        struct plan plan;
        facts.found = facts.either = true;
        facts.peer_port = rows[i].peer_port;
        plan_make(&READ(rows[i].rules)->policy, &facts, &plan);
        assert_int_equal(plan.unsure, rows[i].unsure);
        assert_int_equal(plan.covered, rows[i].covered);
        assert_true(!plan.covered || plan.value[SETTING_IDLE] == rows[i].idle);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_rules_a_socket_is_prepared_when_made),
        cmocka_unit_test(with_rules_the_first_that_matches_decides),
        cmocka_unit_test(listeners_wait_where_the_peer_decides),
        cmocka_unit_test(a_rule_in_front_of_the_peers_decides_for_the_listener),
        cmocka_unit_test(off_covers_nothing),
        cmocka_unit_test(deferring_accept_is_for_listeners_only),
        cmocka_unit_test(what_is_left_to_the_system_is_not_set),
        cmocka_unit_test(a_direction_that_is_not_known_matters_where_rules_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
