#include "outlook.h"

static int32_t or_system(int32_t value, int32_t system)
{
    return value == VALUE_SYSTEM || value == VALUE_UNSET ? system : value;
}

/*
 * Linux, net/ipv4/tcp_timer.c: without a user timeout the connection ends one interval after the last probe; with one,
 * at the first probe's time past it, whatever the count says, but never before the second probe would be sent.
 */
static int64_t dead_after(const struct outlook *outlook)
{
    int64_t ticks = outlook->probes;
    if (outlook->user_timeout > 0) {
        int64_t over = (int64_t)outlook->user_timeout - outlook->idle;
        ticks = over <= outlook->interval ? 1 : (over + outlook->interval - 1) / outlook->interval;
    }
    return outlook->idle + ticks * outlook->interval;
}

struct outlook outlook_of(const struct profile *profile, const struct socket_values *system)
{
    struct outlook outlook = {
        .idle = or_system(profile->value[SETTING_IDLE], system->value[SETTING_IDLE]),
        .interval = or_system(profile->value[SETTING_INTERVAL], system->value[SETTING_INTERVAL]),
        .probes = or_system(profile->value[SETTING_PROBES], system->value[SETTING_PROBES]),
        .user_timeout = or_system(profile->value[SETTING_USER_TIMEOUT], VALUE_OFF),
    };
    outlook.dead_after = dead_after(&outlook);
    outlook.survives_over = outlook.idle + 2 * (int64_t)outlook.interval;
    return outlook;
}
