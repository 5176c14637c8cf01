/*
 * cover: one socket of the program put under the policy, at each moment that the hooks see.
 *
 * Facts -> plan -> what the mode leaves to us -> apply -> a line of log. Keeps nothing about any descriptor. Every
 * function leaves errno as it found it.
 */
#ifndef PRELOAD_LIBRARY_COVER_H
#define PRELOAD_LIBRARY_COVER_H

#include "preload/notes.h"
#include <sys/socket.h>

/* What the program said of sockets that waited for a rule. */
extern struct notes cover_notes __attribute__((visibility("hidden")));

/* Once, before the others: what every socket gets that is made without rules. */
void cover_prepare(struct policy *policy);

extern int (*cover_made_by)(int fd) __attribute__((visibility("hidden")));

/* What socket() returned for a TCP socket, once a policy is in force; hands it through. */
static inline __attribute__((always_inline)) int cover_made(int fd)
{
    return __atomic_load_n(&cover_made_by, __ATOMIC_RELAXED)(fd);
}

/* The program is about to connect, by connect() or by sending with MSG_FASTOPEN. */
void cover_connecting(const struct policy *policy, int fd, const struct sockaddr *name, socklen_t length);

/* The same by a message, sent with MSG_FASTOPEN. */
void cover_connecting_by(const struct policy *policy, int fd, const struct msghdr *message);

/* The program is about to listen. */
void cover_listening(const struct policy *policy, int fd);

/* accept() returned the descriptor. */
void cover_accepted(const struct policy *policy, int fd);

/*
 * A descriptor with an unknown past: inherited, or handed over in a message. Anything but a TCP socket is left
 * alone, and what another has decided on a connection that is there already stands. False when the descriptor is not
 * open at all.
 */
bool cover_found(const struct policy *policy, int fd, bool handed_over);

/* Which plan a socket stands under now, for the program's own keepalive calls. False: under none. */
bool cover_governs(const struct policy *policy, int fd, struct plan *plan);

#endif
