/*
 * Rules tried one after the other, as a person reads them: what an index must find.
 */
#ifndef TESTS_UNIT_RULES_IN_ORDER_H
#define TESTS_UNIT_RULES_IN_ORDER_H

#include "core/rule_index.h"

static inline int in_order(const struct rule *rules, int count, enum direction direction, uint16_t port,
                           const struct address *peer, bool *by_peer)
{
    *by_peer = false;
    for (int i = 0; i < count; i++) {
        if (!rule_speaks(&rules[i], direction, port))
            continue;
        *by_peer = *by_peer || rules[i].endpoint.family;
        if (*by_peer && !peer)
            return RULE_NONE;
        if (endpoint_has_peer(&rules[i].endpoint, peer))
            return i;
    }
    return RULE_NONE;
}

#endif
