/*
 * listing_row: one TCP socket as a system's list finds it.
 *
 * Filled by each system's rows, shown by listing. What could not be told is said as such, never guessed.
 */
#ifndef CORE_LISTING_ROW_H
#define CORE_LISTING_ROW_H

#include "plan.h"

/* The names that ss(8) uses; their values are tcp(7)'s in TCP_INFO. */
#define LISTING_STATES(X)                                                                                              \
    X(1, ESTABLISHED, "ESTAB")                                                                                         \
    X(2, SYN_SENT, "SYN-SENT")                                                                                         \
    X(3, SYN_RECV, "SYN-RECV")                                                                                         \
    X(4, FIN_WAIT1, "FIN-WAIT-1")                                                                                      \
    X(5, FIN_WAIT2, "FIN-WAIT-2")                                                                                      \
    X(6, TIME_WAIT, "TIME-WAIT")                                                                                       \
    X(7, CLOSE, "UNCONN")                                                                                              \
    X(8, CLOSE_WAIT, "CLOSE-WAIT")                                                                                     \
    X(9, LAST_ACK, "LAST-ACK")                                                                                         \
    X(10, LISTEN, "LISTEN")                                                                                            \
    X(11, CLOSING, "CLOSING")

enum listing_state {
    LISTING_UNTOLD, /* the system does not say */
#define X(number, name, text) LISTING_##name = (number),
    LISTING_STATES(X)
#undef X
        LISTING_STATE_COUNT
};

/* What the system does next of its own accord. */
enum listing_timer {
    LISTING_TIMER_UNTOLD,
    LISTING_TIMER_NONE,
    LISTING_TIMER_PROBE,  /* asks a silent peer */
    LISTING_TIMER_RESEND, /* sends again what was not acknowledged */
    LISTING_TIMER_WINDOW, /* asks a peer that takes no more data */
};

/* How much of a socket's options is known. */
enum listing_told { LISTING_NOTHING_TOLD, LISTING_KEEPALIVE_TOLD, LISTING_ALL_TOLD };

struct listing_end {
    enum { LISTING_ANY, LISTING_NAMED, LISTING_END_UNTOLD } kind;
    uint16_t port; /* host order; 0: any */
    struct address address;
};

enum { LISTING_NOBODY = -1, LISTING_PROGRAM_SIZE = 64 };

struct listing_row {
    int64_t pid, number; /* the descriptor or handle in that process; LISTING_NOBODY: not shown to this caller */
    uint64_t inode;      /* what tells a socket from others; 0 where the system has no such thing */
    uint64_t netns;      /* the network namespace's inode; 0 where there are none */
    struct listing_end local, peer;
    struct socket_values values;
    uint32_t timer_ms, unanswered; /* until the timer is due; probes or resends without an answer so far */
    uint32_t unacknowledged;       /* bytes written that the peer has not acknowledged */
    uint8_t state, timer, told;    /* an enum listing_state, listing_timer, listing_told */
    char program[LISTING_PROGRAM_SIZE];
};

/* Adds `10.0.0.1:80`, `[::1]:80`, `*:*`. */
void listing_write_end(struct text *text, const struct listing_end *end);

/* `LISTEN`, `ESTAB`; `?`. */
const char *listing_state_name(unsigned state);

#endif
