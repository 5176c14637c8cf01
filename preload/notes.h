/*
 * notes: what the program itself has set on sockets on which nothing had been decided yet.
 *
 * Written by whoever sees the program's own calls (the library where there are rules, the supervisor's server), read by
 * who then decides. What equals the system's value does not show otherwise. Kept under the number that the kernel gives
 * to a socket and never gives again (SO_COOKIE, Linux 4.12), so that nothing that happens to descriptors makes a note
 * wrong; of very many the oldest goes.
 */
#ifndef PRELOAD_NOTES_H
#define PRELOAD_NOTES_H

#include "core/plan.h"

struct note {
    uint64_t socket; /* 0: none */
    uint16_t said;
    bool said_off;
};

/* Room for `count` notes. Several may read and write them at once. */
struct notes {
    struct note *note;
    unsigned count, written;
};

/* The program sets an option (a setting_id or APPLY_KEEPALIVE) to `value`, in the kernel's unit. */
void notes_add(struct notes *notes, int fd, int option, int value);

/* Adds what is noted of the socket to its values. False when nothing is. */
bool notes_read(const struct notes *notes, int fd, struct socket_values *values);

#endif
