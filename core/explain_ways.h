/*
 * explain_ways: when a dead peer is noticed, for each way to a program.
 *
 * Keepalive sees idle connections alone. Data in flight, and a window that was closed before the peer died, are
 * seen from outside or in the kernel, or not at all. Used by explain; on Linux only, elsewhere the library is the
 * one way there is.
 */
#ifndef CORE_EXPLAIN_WAYS_H
#define CORE_EXPLAIN_WAYS_H

#include "outlook.h"

/*
 * A way as its users call it: is a dead peer noticed within `detect` with data in flight, and behind a closed window?
 */
struct explain_way {
    const char *name;
    bool in_flight, behind_window;
    const char *needs; /* words behind the answer, or "" */
};
enum { EXPLAIN_WAYS = 6 };
extern const struct explain_way explain_ways[EXPLAIN_WAYS];

/*
 * The table of a profile that detects in flight; of others the answer is the same for each way. `retransmits` as
 * explain_write() has it. Each line begins with `margin`.
 */
void explain_write_ways(struct text *text, const struct profile *profile, const struct outlook *outlook,
                        const char *retransmits, const char *margin);

/* `the system's retransmissions decide, ...` */
void explain_write_retransmits(struct text *text, const char *retransmits);

/*
 * The key `in_flight`: seconds within which a dead peer is noticed with data in flight, by way;
 * null: retransmissions decide.
 */
void explain_add_ways(struct text *text, const struct profile *profile, const struct outlook *outlook);

#endif
