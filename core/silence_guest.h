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

/* How the guest at that place is heard and spoken to, without waiting. */
struct silence_line {
    int (*receive)(size_t at, char *to, size_t room); /* bytes that came, 0 when there are none yet, -1 at the end */
    void (*send)(size_t at, const char *text, size_t length);
};

/*
 * All that is due for the guest at that place: it is told silence_answer, once; where something `comes` it is heard.
 * False when it is to go: its time is over, or it ended, said what nobody understands, or more than it may.
 */
bool silence_guest_turn(struct silence_guest *guest, size_t at, bool comes, int64_t now,
                        const struct silence_line *line);

#endif
