/* rule_index: finds what trying the rules in their order finds. */
#include "rules_in_order.h"
#include "unit.h"
#include <stdlib.h>
#include <string.h>

static uint64_t state = 1;

static unsigned below(unsigned limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % limit;
}

static struct address any_address(unsigned spread)
{
    uint8_t bytes[16] = {10, (uint8_t)below(2), (uint8_t)below(spread), (uint8_t)below(spread)};
    if (below(3))
        return address_v4(bytes);
    bytes[15] = (uint8_t)below(spread);
    return address_v6(bytes);
}

/*
 * Few values, so that rules meet and ports and addresses hit: all shapes, ranges that touch, overlap and
 * hold each other.
 */
static struct rule any_rule(unsigned spread)
{
    static const uint8_t fours[] = {96, 104, 112, 119, 120, 128}, sixes[] = {0, 8, 9, 24, 64, 127, 128};
    struct rule rule = {.direction = (uint8_t)below(3)};
    unsigned low = below(4) ? 1 + below(spread) : below(65536), length = below(3) ? 0 : below(40);
    rule.endpoint.port_low = (uint16_t)low;
    rule.endpoint.port_high = (uint16_t)(low + length > 65535 ? 65535 : low + length);
    if (!below(5)) {
        rule.endpoint.port_low = 0;
        rule.endpoint.port_high = 65535;
    }
    if (!below(8))
        return rule;
    rule.endpoint.address = any_address(spread);
    bool four = address_is_v4(&rule.endpoint.address);
    rule.endpoint.family = four ? 4 : 6;
    rule.endpoint.bits = four       ? fours[below(sizeof fours)]
                         : below(4) ? sixes[below(sizeof sixes)]
                                    : (uint8_t)below(129);
    return rule;
}

static void expect_same(const struct rule_index *index, const struct rule *rules, int count, unsigned spread)
{
    for (int i = 0; i < 400; i++) {
        struct address peer = any_address(spread);
        uint16_t port = (uint16_t)(below(8) ? below(2 * spread) : below(65536));
        for (int role = 0; role < 3; role++) {
            enum direction direction = role == 0 ? DIRECTION_CONNECT : DIRECTION_ACCEPT;
            bool by_peer, wanted_by_peer;
            int wanted = in_order(rules, count, direction, port, role == 2 ? NULL : &peer, &wanted_by_peer);
            int found = rule_index_find(index, rules, count, direction, port, role == 2 ? NULL : &peer, &by_peer);
            if (found != wanted || (role > 0 && by_peer != wanted_by_peer))
                fail_msg("%d rules, role %d, port %d: rule %d, not %d", count, role, port, found, wanted);
        }
    }
}

static void the_first_that_matches_is_found(void **unused)
{
    static struct rule_index index;
    static struct rule rules[RULES_MAX];
    (void)unused;
    for (int turn = 0; turn < 120; turn++) {
        unsigned spread = 2 + below(turn % 3 ? 40 : 200);
        int count = turn % 10 == 9 ? RULES_MAX : (int)below(turn % 2 ? 300 : 40);
        for (int i = 0; i < count; i++)
            rules[i] = any_rule(spread);
        memset(&index, 0xa5, sizeof index); /* as an earlier policy may have left it */
        rule_index_build(&index, rules, count);
        expect_same(&index, rules, count, spread);
    }
}

/* More shapes than there is room for. */
static void many_shapes(void **unused)
{
    static struct rule_index index;
    static struct rule rules[258];
    (void)unused;
    for (int i = 0; i < 258; i++) {
        rules[i] = any_rule(4);
        rules[i].endpoint.family = i % 129 == 128 ? 4 : 6;
        rules[i].endpoint.bits = (uint8_t)(i % 129);
        rules[i].endpoint.port_low = 80;
        rules[i].endpoint.port_high = i < 129 ? 80 : 81;
    }
    rule_index_build(&index, rules, 258);
    expect_same(&index, rules, 258, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_that_matches_is_found),
        cmocka_unit_test(many_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
