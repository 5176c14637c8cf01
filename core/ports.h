/*
 * ports: a port, and a choice of ports, as people write them: `443`, `80,443`, `8000-8099`.
 *
 * It knows no service's name.
 */
#ifndef CORE_PORTS_H
#define CORE_PORTS_H

#include "text.h"

/* 1..65535. */
bool port_parse(struct span span, uint16_t *port);

struct ports {
    bool some; /* false: no choice was made, and every port is in */
    uint8_t bit[65536 / 8];
};

/* Adds to the choice. False with what is wrong in `why`. */
bool ports_parse(struct span span, struct ports *ports, struct text *why);

bool ports_has(const struct ports *ports, uint16_t port);

#endif
