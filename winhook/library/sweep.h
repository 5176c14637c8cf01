/*
 * sweep: sockets that came to be without a hook: inherited handles, and all that a program has when it is attached to.
 *
 * Used by start and by the first WSAStartup. It looks on a thread of its own, where a question to a handle may have to
 * wait (ask.h), and never under the loader lock.
 */
#ifndef WINHOOK_SWEEP_H
#define WINHOOK_SWEEP_H

#include "core/outcome.h"
#include <winsock2.h>

enum sweep_kind {
    SWEEP_INHERITED, /* once, when there is anything that may be a socket */
    SWEEP_ATTACHED,  /* at once, after 1 s and after 5 s, for calls that were under way; then every half minute,
                      for calls by addresses that the program had kept from before */
    SWEEP_LATER      /* the same without the first round, which sweep_look() was */
};

void sweep_begin(enum sweep_kind kind);

/* Ends the rounds of an earlier attach. */
void sweep_end(void);

/* One look at all that is there, on this thread, which may take some seconds. */
void sweep_look(void (*visit)(SOCKET s, void *context), void *context);

/*
 * Puts the policy on a socket that was found. `repeated`: it was looked at before, and is left alone when it has
 * keepalive: setting the times anew starts the wait for the first probe anew on some systems.
 */
enum cover_outcome sweep_cover(SOCKET s, bool repeated);

#endif
