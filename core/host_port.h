/*
 * host_port: `HOST:PORT`, an IPv6 address in brackets: a service as people name it.
 *
 * Used by measure on both systems. It looks nothing up.
 */
#ifndef CORE_HOST_PORT_H
#define CORE_HOST_PORT_H

#include "text.h"

enum { HOST_SIZE = 256 };

struct host_port {
    char host[HOST_SIZE];
    char port[6]; /* in decimal: what getaddrinfo(3) takes */
};

/*
 * Splits it. With `serving` the host may be missing, `*` or empty, which leaves the host empty. False when it is none:
 * no port in 1..65535, no host, one of 256 bytes or more, an IPv6 address without its brackets.
 */
bool host_port_parse(struct span text, bool serving, struct host_port *to);

#endif
