/*
 * flight: is what was sent on a connection unanswered for too long? One look at the kernel's numbers in, a verdict out.
 *
 * Asked where connections are looked at from outside (supervise, attach --watch). Keepalive speaks of idle connections
 * only: with data unanswered the kernel sends it again for about 15 minutes (tcp(7), tcp_retries2). A user timeout
 * bounds that, but also ends a live peer whose window stays closed (RFC 9293 3.8.6.1): so it is set only while answers
 * are missing, and taken back when they come. It keeps nothing: a bound of its own is known by its number.
 */
#ifndef CORE_FLIGHT_H
#define CORE_FLIGHT_H

#include <stdbool.h>
#include <stdint.h>

/* As struct tcp_info has it. */
struct flight {
    bool established;     /* in a state in which data or its end may be on the way; not while connecting */
    uint32_t unanswered;  /* segments that the peer has not acknowledged: tcpi_unacked */
    uint32_t probes;      /* of a closed window, without an answer: tcpi_probes while something waits to be sent */
    bool window_closed;   /* by the peer, as it last said */
    uint32_t silence;     /* milliseconds since the peer last answered anything */
    int32_t user_timeout; /* milliseconds; 0 is none */
};

enum flight_verdict {
    FLIGHT_LEAVE,
    FLIGHT_BOUND,  /* set this user timeout: the kernel ends the connection with it */
    FLIGHT_RELEASE /* take the user timeout back, to 0 */
};

/*
 * `detect`: milliseconds within which a peer that does not answer is to be noticed. A user timeout of the program's own
 * stands. `bound` gets the user timeout of FLIGHT_BOUND: `detect` in whole seconds, and seven thousandths, which tell
 * it from a program's.
 */
enum flight_verdict flight_judge(const struct flight *now, int32_t detect, int32_t *bound);

#endif
