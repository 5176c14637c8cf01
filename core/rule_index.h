/*
 * rule_index: which rule decides, without a look at each of them.
 *
 * Built by policy once the rules are read, asked by plan. What it finds is what trying them in order finds: the first
 * that matches. A few rules are tried in order, so that nothing is built and no memory touched for them.
 */
#ifndef CORE_RULE_INDEX_H
#define CORE_RULE_INDEX_H

#include "rule.h"

enum { RULES_MAX = 1024, RULE_INDEX_FEW = 16, RULE_NONE = -1 };

enum {
    RULE_INDEX_SPANS = 2 * RULES_MAX + 1,
    RULE_INDEX_HEADS = 2048,
    RULE_INDEX_SHAPES = 64,
    RULE_INDEX_PORT_WORDS = 65536 / 32
};

/* Where a rule has an address, rules of one shape differ in the bits compared, not in which are. */
struct rule_shape {
    uint8_t bits;
    bool one_port;
    uint16_t first; /* the first rule of this shape */
};

struct rule_index {
    _Atomic bool built; /* until then rules are tried in order */
    uint8_t shapes;
    uint16_t spans;
    struct rule_shape shape[RULE_INDEX_SHAPES];
    uint16_t low[RULE_INDEX_SPANS]; /* the ports in order, cut wherever a rule's begin or end */
    int16_t first[3][RULE_INDEX_SPANS];
    int16_t head[RULE_INDEX_HEADS], next[RULES_MAX]; /* rules with an address, in order, by what is compared */
    uint32_t begins[RULE_INDEX_PORT_WORDS];          /* only while it is built */
};

/* `count` rules, at most RULES_MAX. Others may ask for rules meanwhile. */
void rule_index_build(struct rule_index *index, const struct rule *rules, int count);

/*
 * The first rule that speaks of this direction (connect or accept), port and peer, or RULE_NONE. `by_peer`: an accepted
 * connection's listener alone would not have told, because a rule that comes first speaks of the peer's address. With
 * `peer` NULL, for a listener, that ends the search.
 */
int rule_index_find(const struct rule_index *index, const struct rule *rules, int count, enum direction direction,
                    uint16_t port, const struct address *peer, bool *by_peer);

#endif
