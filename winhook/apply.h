/*
 * apply: carries a plan out on one socket; the only place of the Windows part that sets an option.
 *
 * Used by the library; explain and list ask it for values. Every function leaves the thread's last error as it found
 * it.
 *
 * Idle and interval go in as milliseconds by SIO_KEEPALIVE_VALS (Microsoft: SIO_KEEPALIVE_VALS). The number of probes
 * and the user timeout have options of their own, TCP_KEEPCNT since Windows 10 1703 and TCP_MAXRT since Vista
 * (Microsoft: IPPROTO_TCP socket options). Where TCP_KEEPCNT is missing ten probes are fixed: then the interval is
 * shortened, so that a dead peer is noticed no later than after idle + interval x probes as planned.
 */
#ifndef WINHOOK_APPLY_H
#define WINHOOK_APPLY_H

#include "core/plan.h"
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>

/* Options of level IPPROTO_TCP by their numbers: not every compiler's headers name them. */
enum {
    APPLY_KEEPIDLE = 3, /* seconds */
    APPLY_MAXRT = 5,    /* seconds */
    APPLY_MAXRTMS = 14, /* milliseconds */
    APPLY_KEEPCNT = 16,
    APPLY_KEEPINTVL = 17, /* seconds */
};

/* Times are set in this many milliseconds. */
enum { APPLY_GRAIN = 1 };

/* Has Windows an option for this setting? */
bool apply_knows(enum setting_id id);

/*
 * Which setting an option of level IPPROTO_TCP carries, SETTING_COUNT for none; its unit in milliseconds, 1
 * for a count.
 */
enum setting_id apply_setting(int option, int32_t *unit);

/* The socket's values as far as this system tells them; the rest, and `system`, are Windows' own defaults. */
void apply_read(SOCKET s, struct socket_values *now);
extern const struct socket_values apply_system;

/*
 * Which settings this system tells of a socket, a bit for each. Idle has an option since long, the rest since Windows
 * 10 1703 and 1709; Wine 8 has none.
 */
unsigned apply_readable(SOCKET s);

/* Puts into the plan what apply_plan() makes of it where the number of probes is fixed. */
void apply_tell(SOCKET s, struct plan *plan);

/* What SIO_KEEPALIVE_VALS is told under the plan; what the plan leaves alone gets the system's default. */
struct tcp_keepalive apply_vals(SOCKET s, const struct plan *plan);

/* 0, or the Winsock error of the first option that was refused. A plan that covers nothing sets nothing. */
int apply_plan(SOCKET s, const struct plan *plan);

/*
 * What the plan set goes back to the values of a socket that nobody touched, and keepalive off. Returns as
 * apply_plan().
 */
int apply_back(SOCKET s, const struct plan *plan);

#endif
