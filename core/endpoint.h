/*
 * endpoint: which peers and which ports a rule speaks of.
 *
 * Used by rule. The address is always the peer's, the port always the service's: the one connected to or listened on.
 */
#ifndef CORE_ENDPOINT_H
#define CORE_ENDPOINT_H

#include "address.h"

struct endpoint {
    struct address address;
    uint8_t family; /* 0: any address, 4 or 6 */
    uint8_t bits;   /* leading bits of the 16 bytes that must match */
    uint16_t port_low, port_high;
};

/* `*:5432`, `10.0.0.0/8`, `[2001:db8::/32]:80-90`. False with what is wrong in `why`. */
bool endpoint_parse(struct span span, struct endpoint *endpoint, struct text *why);

/* Adds the endpoint as endpoint_parse() reads it. */
void endpoint_write(struct text *text, const struct endpoint *endpoint);

bool endpoint_has_port(const struct endpoint *endpoint, uint16_t port);
bool endpoint_has_peer(const struct endpoint *endpoint, const struct address *peer);

#endif
