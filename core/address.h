/*
 * address: IPv4 and IPv6 addresses as 16 bytes.
 *
 * Used by endpoint, by plan's facts and by every line that shows a peer. Network order; an IPv4 address is its
 * v4-mapped form, so that ::ffff:10.0.0.1 on an IPv6 socket and 10.0.0.1 are the same peer.
 */
#ifndef CORE_ADDRESS_H
#define CORE_ADDRESS_H

#include "text.h"

struct address {
    uint8_t bytes[16];
};

struct address address_v4(const uint8_t bytes[4]);
struct address address_v6(const uint8_t bytes[16]);
bool address_is_v4(const struct address *address);

/* Adds `10.0.0.1` or `[2001:db8::1]` (RFC 5952). */
void address_write(struct text *text, const struct address *address);

/* Adds `10.0.0.1:80`. */
void address_write_port(struct text *text, const struct address *address, uint16_t port);

/* Dotted four; colon form without brackets (RFC 4291 2.2). False when it is none. */
bool address_parse_v4(struct span span, uint8_t bytes[4]);
bool address_parse_v6(struct span span, uint8_t bytes[16]);

#endif
