/*
 * rule: one entry of TCPALIVE_RULES: `connect *:5432 idle=30s probes=3`.
 *
 * Used by policy. It reads and matches; what the wishes of a rule come to is profile's business.
 */
#ifndef CORE_RULE_H
#define CORE_RULE_H

#include "endpoint.h"
#include "profile.h"

enum direction { DIRECTION_CONNECT, DIRECTION_ACCEPT, DIRECTION_ANY };

struct rule {
    struct endpoint endpoint;
    struct profile profile;
    uint8_t direction;
    bool off; /* the connection is left as it would be without us */
};

/* Reads everything but the profile: what the rule wishes goes to `wishes`. False with what is wrong in `why`. */
bool rule_parse(struct span span, struct rule *rule, struct wishes *wishes, struct text *why);

/* Does the rule speak of connections of this direction on this port (of the service)? */
bool rule_speaks(const struct rule *rule, enum direction direction, uint16_t port);

/* Adds `connect *:5432`. */
void rule_write(struct text *text, const struct rule *rule);

#endif
