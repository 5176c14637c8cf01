/*
 * past: a socket that has a past, and what attach asks about it: what the policy would set, and the way back.
 *
 * Used by attached, and by cover for what a socket has already. Each function leaves the thread's last error as it
 * found it.
 */
#ifndef WINHOOK_PAST_H
#define WINHOOK_PAST_H

#include "core/outcome.h"
#include <winsock2.h>

/*
 * Does the socket have each of these values, of the settings with a bit in `wanted`? Seconds are what can be read.
 * False where this system does not tell one of them, unless `untold` says what to take such a one for.
 */
bool past_has(SOCKET s, unsigned wanted, const int32_t value[OPTION_COUNT], bool untold);

/* Drops from the plan what the program may decide. Where a value cannot be read, keepalive that is on speaks for it. */
void past_leave_to_program(SOCKET s, enum mode mode, struct plan *plan);

/* What cover_socket() would come to, for a policy that need not be in force: sets nothing. */
enum cover_outcome past_would(const struct policy *policy, SOCKET s, const struct facts *facts);

/*
 * A socket that has all that the policy sets for it goes back to the system's values, and keepalive off; with `try`
 * nothing is set. What cannot be read counts as the policy's in mode enforce, where nobody else's stands.
 */
enum cover_outcome past_undo(const struct policy *policy, SOCKET s, const struct facts *facts, bool try);

#endif
