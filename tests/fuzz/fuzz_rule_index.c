/* The index finds the rule that trying them in order finds, for any rules, port and peer. */
#include "core/rule_index.h"
#include "fuzz.h"
#include "tests/unit/rules_in_order.h"
#include <string.h>

/* A rule as bytes: direction, bits, two ports, an address of which all but the ends is one byte. */
enum { RULE_SIZE = 9 };

static struct address address_of(const uint8_t *byte, bool four)
{
    const uint8_t bytes[16] = {byte[0], byte[1], byte[1], byte[1], [15] = byte[2]};
    return four ? address_v4((const uint8_t[4]){byte[0], byte[1], byte[1], byte[2]}) : address_v6(bytes);
}

static struct rule rule_of(const uint8_t *byte)
{
    uint16_t one = (uint16_t)(byte[2] | byte[3] << 8), other = (uint16_t)(one + byte[4]);
    bool four = byte[0] & 4;
    struct rule rule = {.direction = byte[0] & 3};
    if (rule.direction > DIRECTION_ANY)
        rule.direction = DIRECTION_ANY;
    rule.endpoint.port_low = byte[0] & 8 ? 0 : one < other ? one : other;
    rule.endpoint.port_high = byte[0] & 8 ? 65535 : one < other ? other : one;
    if (byte[0] & 16)
        return rule;
    rule.endpoint.address = address_of(byte + 5, four);
    rule.endpoint.family = address_is_v4(&rule.endpoint.address) ? 4 : 6;
    rule.endpoint.bits = (uint8_t)(rule.endpoint.family == 4 ? 96 + byte[1] % 33 : byte[1] % 129);
    return rule;
}

static void compare(const struct rule_index *index, const struct rule *rules, int count, uint16_t port,
                    const struct address *peer)
{
    for (int role = 0; role < 3; role++) {
        enum direction direction = role == 0 ? DIRECTION_CONNECT : DIRECTION_ACCEPT;
        const struct address *known = role == 2 ? NULL : peer;
        bool one, other;
        int found = rule_index_find(index, rules, count, direction, port, known, &one);
        PROPERTY(found == in_order(rules, count, direction, port, known, &other));
        PROPERTY(role == 0 || one == other);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct rule_index index;
    static struct rule rules[RULES_MAX];
    int count = 0;
    /* Each rule many times over makes few bytes more rules than are tried in order. */
    for (size_t times = 0; times < 1 + 40 / (1 + size / RULE_SIZE); times++)
        for (size_t at = 0; at + RULE_SIZE <= size && count < RULES_MAX; at += RULE_SIZE, count++) {
            rules[count] = rule_of(data + at);
            rules[count].endpoint.port_low ^= (uint16_t)(times & (rules[count].endpoint.port_low < 60000));
            if (rules[count].endpoint.port_low > rules[count].endpoint.port_high)
                rules[count].endpoint.port_high = rules[count].endpoint.port_low;
        }
    rule_index_build(&index, rules, count);
    for (int i = 0; i < count; i++) {
        compare(&index, rules, count, rules[i].endpoint.port_low, &rules[i].endpoint.address);
        compare(&index, rules, count, rules[i].endpoint.port_high, &rules[count - 1 - i].endpoint.address);
        compare(&index, rules, count, (uint16_t)(rules[i].endpoint.port_high + 1), &rules[0].endpoint.address);
    }
    return 0;
}
