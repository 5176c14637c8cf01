#include "rule_index.h"

/* What `first` tells of each run of ports. */
enum { CONNECT_ANY_PEER, ACCEPT_ANY_PEER, ACCEPT_AT_ALL, KINDS };

/* Only the bits that rules of this shape compare, and the port where they name one. */
static unsigned hash(const struct rule_shape *shape, const struct address *address, uint16_t port)
{
    uint32_t sum = 2u * shape->bits + (shape->one_port ? 1 + port * 0x85ebca6bu : 0);
    for (unsigned at = 0; at < 16 && 8 * at < shape->bits; at++) {
        unsigned left = shape->bits - 8 * at, mask = left < 8 ? 0xff00u >> left : 0xff;
        uint8_t byte = (uint8_t)(address->bytes[at] & mask);
        sum = (sum ^ byte) * 0x01000193u;
    }
    return (sum ^ (sum >> 15)) % RULE_INDEX_HEADS;
}

/* The run of ports that this one is in. */
static unsigned span_at(const struct rule_index *index, uint16_t port)
{
    unsigned at = 0;
    for (unsigned end = index->spans; end - at > 1;) {
        unsigned middle = (at + end) / 2;
        if (index->low[middle] <= port)
            at = middle;
        else
            end = middle;
    }
    return at;
}

static void cut_ports(struct rule_index *index, const struct rule *rules, int count)
{
    for (unsigned i = 0; i < RULE_INDEX_PORT_WORDS; i++)
        index->begins[i] = 0;
    index->begins[0] = 1;
    for (int i = 0; i < count; i++) {
        unsigned low = rules[i].endpoint.port_low, behind = rules[i].endpoint.port_high + 1u;
        index->begins[low / 32] |= 1u << low % 32;
        if (behind <= UINT16_MAX)
            index->begins[behind / 32] |= 1u << behind % 32;
    }
    index->spans = 0;
    for (unsigned word = 0; word < RULE_INDEX_PORT_WORDS; word++)
        for (unsigned bit = 0; bit < 32 && index->begins[word] >> bit; bit++)
            if (index->begins[word] >> bit & 1)
                index->low[index->spans++] = (uint16_t)(32 * word + bit);
}

static bool belongs(const struct rule *rule, int kind)
{
    return rule->direction != (kind == CONNECT_ANY_PEER ? DIRECTION_ACCEPT : DIRECTION_CONNECT) &&
           (kind == ACCEPT_AT_ALL || !rule->endpoint.family);
}

/* Each run of ports goes to the first rule that speaks of it. */
static void fill(struct rule_index *index, const struct rule *rules, int count, int kind)
{
    int16_t *first = index->first[kind];
    unsigned left = index->spans;
    for (unsigned span = 0; span < index->spans; span++)
        first[span] = RULE_NONE;
    for (int i = 0; i < count && left; i++) {
        if (!belongs(&rules[i], kind))
            continue;
        const struct endpoint *endpoint = &rules[i].endpoint;
        for (unsigned span = span_at(index, endpoint->port_low);
             span < index->spans && index->low[span] <= endpoint->port_high; span++)
            if (first[span] == RULE_NONE) {
                first[span] = (int16_t)i;
                left--;
            }
    }
}

/*
 * Which shape the rule is of, by its place in the table; of too many shapes the rest is of the last,
 * which compares nothing.
 */
static struct rule_shape *shape_of(struct rule_index *index, const struct endpoint *endpoint)
{
    bool one_port = endpoint->port_low == endpoint->port_high;
    for (unsigned i = 0; i < index->shapes; i++)
        if (i == RULE_INDEX_SHAPES - 1 ||
            (index->shape[i].bits == endpoint->bits && index->shape[i].one_port == one_port))
            return &index->shape[i];
    struct rule_shape *shape = &index->shape[index->shapes++];
    *shape = index->shapes < RULE_INDEX_SHAPES ? (struct rule_shape){endpoint->bits, one_port, 0}
                                               : (struct rule_shape){0, false, 0};
    return shape;
}

/* From the last to the first, so that each chain is in their order, and a shape knows its first one in the end. */
static void chain(struct rule_index *index, const struct rule *rules, int count)
{
    index->shapes = 0;
    for (unsigned i = 0; i < RULE_INDEX_HEADS; i++)
        index->head[i] = RULE_NONE;
    for (int i = count - 1; i >= 0; i--) {
        const struct endpoint *endpoint = &rules[i].endpoint;
        if (!endpoint->family)
            continue;
        struct rule_shape *shape = shape_of(index, endpoint);
        int16_t *head = &index->head[hash(shape, &endpoint->address, endpoint->port_low)];
        shape->first = (uint16_t)i;
        index->next[i] = *head;
        *head = (int16_t)i;
    }
}

void rule_index_build(struct rule_index *index, const struct rule *rules, int count)
{
    index->built = false;
    if (count <= RULE_INDEX_FEW)
        return;
    cut_ports(index, rules, count);
    for (int kind = 0; kind < KINDS; kind++)
        fill(index, rules, count, kind);
    chain(index, rules, count);
    index->built = true;
}

static int find_in_order(const struct rule *rules, int count, enum direction direction, uint16_t port,
                         const struct address *peer, bool *by_peer)
{
    for (int i = 0; i < count; i++) {
        if (!rule_speaks(&rules[i], direction, port))
            continue;
        *by_peer = *by_peer || rules[i].endpoint.family;
        if (*by_peer && !peer)
            break;
        if (endpoint_has_peer(&rules[i].endpoint, peer))
            return i;
    }
    return RULE_NONE;
}

int rule_index_find(const struct rule_index *index, const struct rule *rules, int count, enum direction direction,
                    uint16_t port, const struct address *peer, bool *by_peer)
{
    *by_peer = false;
    if (!index->built)
        return find_in_order(rules, count, direction, port, peer, by_peer);
    unsigned span = span_at(index, port);
    int best = index->first[direction == DIRECTION_CONNECT ? CONNECT_ANY_PEER : ACCEPT_ANY_PEER][span];
    int spoken = direction == DIRECTION_CONNECT ? RULE_NONE : index->first[ACCEPT_AT_ALL][span];
    if (direction == DIRECTION_ACCEPT) {
        *by_peer = spoken != best;
        if (!*by_peer || !peer)
            return *by_peer ? RULE_NONE : best;
    }
    int end = best == RULE_NONE ? count : best;
    for (const struct rule_shape *shape = index->shape; shape < index->shape + index->shapes; shape++)
        for (int i = shape->first < end ? index->head[hash(shape, peer, port)] : RULE_NONE; i != RULE_NONE && i < end;
             i = index->next[i])
            if (rule_speaks(&rules[i], direction, port) && endpoint_has_peer(&rules[i].endpoint, peer))
                end = best = i;
    return best;
}
