/* Rules and their endpoints: what is written is read again and matches the same peers. */
#include "core/rule.h"
#include "fuzz.h"
#include <string.h>

static bool same(const struct endpoint *a, const struct endpoint *b)
{
    return memcmp(&a->address, &b->address, sizeof a->address) == 0 && a->family == b->family && a->bits == b->bits &&
           a->port_low == b->port_low && a->port_high == b->port_high;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    TEXT(why, 512);
    TEXT(text, 128);
    struct rule rule, again;
    struct wishes wishes;
    if (!rule_parse((struct span){(const char *)data, size}, &rule, &wishes, &why)) {
        PROPERTY(why.used > 0);
        return 0;
    }
    const struct endpoint *endpoint = &rule.endpoint;
    PROPERTY(endpoint->port_low <= endpoint->port_high && endpoint->bits <= 128);
    PROPERTY(endpoint_has_peer(endpoint, &endpoint->address) || !endpoint->family);
    rule_write(&text, &rule);
    text_add(&text, " off");
    PROPERTY(rule_parse(span_of(text.at), &again, &wishes, &why) && again.off);
    PROPERTY(again.direction == rule.direction && same(&again.endpoint, endpoint));
    return 0;
}
