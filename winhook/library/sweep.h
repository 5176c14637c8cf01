/*
 * sweep: sockets that came to be without a hook: inherited handles, and all that a program has when it is attached to.
 *
 * Used by start and by the first WSAStartup. It looks on a thread of its own, where a question to a handle may have to
 * wait (ask.h), and never under the loader lock.
 */
#ifndef WINHOOK_SWEEP_H
#define WINHOOK_SWEEP_H

enum sweep_kind {
    SWEEP_INHERITED, /* once, when there is anything that may be a socket */
    SWEEP_ATTACHED   /* at once, after 1 s and after 5 s, for calls that were under way; then every half minute,
                      for calls by addresses that the program had kept from before */
};

void sweep_begin(enum sweep_kind kind);

#endif
