/*
 * listing: TCP sockets and their values as a table for people, as JSON for programs, as OpenMetrics for a scraper.
 *
 * Each system's list fills the rows. The columns and their names are one table, in listing_cells.h. It decides nothing
 * about which rows there are and writes to nothing but the function that it is given.
 */
#ifndef CORE_LISTING_H
#define CORE_LISTING_H

#include "listing_row.h"

struct listing {
    const struct listing_row *row;
    size_t count;
};

/* How the table has to look. */
struct listing_style {
    unsigned columns; /* of the terminal; 0: as wide as it gets */
    unsigned lines;   /* of the terminal, when no more may be used; 0: as long as it gets */
    bool colour;
};

/* Takes the output, some lines at a time. */
typedef void listing_write(void *context, const char *text, size_t length);

/*
 * What is unknown to this caller is `?`, what a socket does not have is `-`. NETNS is a column when there is
 * more than one.
 */
void listing_table(const struct listing *listing, const struct listing_style *style, listing_write *write,
                   void *context);

/* One array of objects and a newline. Times in seconds but for those that end in _ms; what is not known is null. */
void listing_json(const struct listing *listing, listing_write *write, void *context);

/* Gauges by program and state (OpenMetrics 1.0). The rows must be in the order of listing_compare(), as of qsort(3). */
void listing_openmetrics(const struct listing *listing, listing_write *write, void *context);
int listing_compare(const void *one, const void *other);

#endif
