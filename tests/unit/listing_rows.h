/*
 * Rows of the listing, as its tests write them out.
 */
#ifndef TESTS_UNIT_LISTING_ROWS_H
#define TESTS_UNIT_LISTING_ROWS_H

#include "core/listing.h"
#include <string.h>

static inline struct listing_end end(uint8_t last, uint16_t port)
{
    const uint8_t bytes[] = {10, 0, 0, last};
    return (struct listing_end){LISTING_NAMED, port, address_v4(bytes)};
}

/* A connection under 60s/10s/6, with nothing unusual about it. */
static inline struct listing_row connection(void)
{
    return (struct listing_row){
        .pid = 7,
        .number = 3,
        .inode = 1,
        .netns = 4026531840,
        .local = end(1, 40000),
        .peer = end(2, 5432),
        .values = {.keepalive = true,
                   .value = {60000, 10000, 6, VALUE_OFF, [KEEPALIVE_COUNT... OPTION_COUNT - 1] = VALUE_UNSET}},
        .timer = LISTING_TIMER_PROBE,
        .timer_ms = 14000,
        .state = LISTING_ESTABLISHED,
        .told = LISTING_ALL_TOLD,
        .program = "psql",
    };
}

static inline struct listing_row untold(void)
{
    struct listing_row row = {.pid = LISTING_NOBODY, .number = LISTING_NOBODY, .state = LISTING_ESTABLISHED};
    row.local = end(1, 80);
    row.peer = end(9, 50000);
    row.timer = LISTING_TIMER_NONE;
    return row;
}

static inline struct listing_row listener(void)
{
    struct listing_row row = connection();
    row.state = LISTING_LISTEN;
    row.values.keepalive = false;
    row.local = end(1, 80);
    row.peer = (struct listing_end){.kind = LISTING_ANY};
    row.timer = LISTING_TIMER_NONE;
    strcpy(row.program, "nginx");
    return row;
}

#endif
