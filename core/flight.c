#include "flight.h"

enum { SECOND = 1000, OWN_MARK = 7 };

static bool is_own(int32_t user_timeout)
{
    return user_timeout > SECOND && user_timeout % SECOND == OWN_MARK;
}

/*
 * Half the time without an answer is early enough: the kernel's pauses double, so that it looks at the bound once more
 * before its time is over, and counts from the first sending that its timer repeated. And it is late enough to spare a
 * peer whose answers come seldom. Sent again or not: on a slow path the first repetition comes late. A closed window's
 * probes must have been passed over in silence for the whole time, and more than one: the kernel ends it then at its
 * next probe.
 */
static bool is_overdue(const struct flight *now, uint32_t detect)
{
    if (now->window_closed)
        return now->probes > 1 && now->silence >= detect;
    return now->unanswered && now->silence >= detect / 2;
}

enum flight_verdict flight_judge(const struct flight *now, int32_t detect, int32_t *bound)
{
    bool overdue = now->established && is_overdue(now, (uint32_t)detect);
    *bound = detect / SECOND * SECOND + OWN_MARK;
    if (is_own(now->user_timeout))
        return overdue ? FLIGHT_LEAVE : FLIGHT_RELEASE;
    return overdue && now->user_timeout == 0 ? FLIGHT_BOUND : FLIGHT_LEAVE;
}
