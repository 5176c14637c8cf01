/*
 * silence_guest: one connection at the serving end of a measurement: what it asked for, when it is spoken to, when it
 * must go.
 *
 * Used by measure --serve on both systems, which receive and send. Times are milliseconds of the caller's clock.
 */
#ifndef CORE_SILENCE_GUEST_H
#define CORE_SILENCE_GUEST_H

#include "silence_request.h"

/* At once, each for at most a day. */
enum { SILENCE_GUESTS_MAX = 1024 };

struct silence_guest {
    int64_t speaks_at; /* 0: it has not asked, or was spoken to */
    int64_t ends_at;
    size_t came;
    bool asked;
    char request[SILENCE_REQUEST_SIZE];
};

struct silence_guest silence_guest_at(int64_t now);

/* Where its next bytes go, and how many may come: 1 at least, though more than it may say then ends it. */
char *silence_guest_room(struct silence_guest *guest, size_t *room);

/* So many bytes came there. False when it is to go: it said what nobody understands, or more than it may. */
bool silence_guest_hear(struct silence_guest *guest, size_t count, int64_t now);

/* Is it to be told silence_answer now? Once. */
bool silence_guest_is_due(struct silence_guest *guest, int64_t now);

/* False when its time is over. */
bool silence_guest_stays(const struct silence_guest *guest, int64_t now);

#endif
