/*
 * outcome: what attach asks to be done with sockets, what became of each, and the words for both.
 *
 * Each system's attach does it; the lines and the order of the numbers are the same everywhere.
 */
#ifndef CORE_OUTCOME_H
#define CORE_OUTCOME_H

#include "listing.h"

enum attachment_act { ATTACHMENT_SET, ATTACHMENT_TRY, ATTACHMENT_UNDO, ATTACHMENT_TRY_UNDO };

/* What became of a socket. */
enum cover_outcome {
    COVER_NOT_TCP, /* or gone: none of our business */
    COVER_SET,
    COVER_STANDS,  /* nothing to set: it has the policy's values */
    COVER_LEFT,    /* a rule, the mode or the moment leaves it alone */
    COVER_REFUSED, /* the system refused an option */
};

/* Adds the whole line of one socket: what stands now, read back, and why it has no more than that. */
void outcome_write_socket(struct text *text, const struct listing_row *row, enum attachment_act act,
                          enum cover_outcome outcome);

/* Adds the last line: `2 would be set, 1 left alone, 0 refused`. */
void outcome_write_sum(struct text *text, enum attachment_act act, unsigned long set, unsigned long left,
                       unsigned long refused);

#endif
