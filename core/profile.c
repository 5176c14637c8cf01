#include "profile.h"
#include "duration.h"
#include "intent.h"

struct wishes wishes_none(void)
{
    struct wishes wishes;
    for (size_t i = 0; i < SETTING_COUNT; i++)
        wishes.value[i] = VALUE_UNSET;
    return wishes;
}

bool value_leaves_alone(int32_t value)
{
    return value <= 0;
}

bool profile_detects_in_flight(const struct profile *profile)
{
    return profile->detect != VALUE_UNSET && value_leaves_alone(profile->value[SETTING_USER_TIMEOUT]);
}

static int32_t rounded(enum setting_id id, int32_t value, int32_t grain)
{
    bool coarse = settings[id].kind == KIND_DURATION;
    return value > 0 && coarse ? (int32_t)duration_round_up(value, grain) : value;
}

static struct timing timing_of(const struct profile *profile)
{
    return (struct timing){profile->value[SETTING_IDLE], profile->value[SETTING_INTERVAL],
                           profile->value[SETTING_PROBES]};
}

/* `base` with every wished option of the socket in its place. */
static struct profile overlay(const struct wishes *wishes, const struct profile *base, int32_t grain)
{
    struct profile profile = *base;
    for (enum setting_id id = 0; id < OPTION_COUNT; id++)
        if (wishes->value[id] != VALUE_UNSET)
            profile.value[id] = rounded(id, wishes->value[id], grain);
    return profile;
}

enum setting_id profile_breach(const struct profile *profile, const struct wishes *wishes)
{
    int32_t survive = wishes->value[SETTING_SURVIVE], detect = wishes->value[SETTING_DETECT];
    struct timing timing = timing_of(profile);
    if (survive != VALUE_UNSET && !intent_keeps_survive(timing, survive))
        return SETTING_SURVIVE;
    return detect != VALUE_UNSET && !intent_keeps_detect(timing, detect) ? SETTING_DETECT : SETTING_COUNT;
}

static void explain_breach(struct timing timing, struct promises promises, bool survive, struct text *why)
{
    text_add(why, survive ? "breaks survive " : "breaks detect ");
    duration_write(why, survive ? promises.survive : promises.detect);
    if (timing.idle <= 0 || timing.interval <= 0 || timing.probes <= 0) {
        text_add(why, ": 'system' promises nothing");
        return;
    }
    text_add(why, survive ? ": idle + 2 x interval is " : ": idle + interval x probes is ");
    duration_write(why, timing.idle + (survive ? 2 : timing.probes) * (int64_t)timing.interval);
}

/* The one explicit number without which the promises hold; when no single one is to blame, the first. */
static enum setting_id find_breach(const struct wishes *wishes, const struct profile *derived,
                                   const struct profile *profile, struct promises promises)
{
    enum setting_id first = SETTING_COUNT;
    for (enum setting_id id = SETTING_IDLE; id <= SETTING_PROBES; id++) {
        struct profile without = *profile;
        if (wishes->value[id] == VALUE_UNSET)
            continue;
        without.value[id] = derived->value[id];
        if (intent_keeps(timing_of(&without), promises))
            return id;
        if (first == SETTING_COUNT)
            first = id;
    }
    return first;
}

/* `match` becomes idle + interval x probes. */
static bool settle_user_timeout(struct profile *profile)
{
    struct timing timing = timing_of(profile);
    int64_t sum = timing.idle + timing.interval * (int64_t)timing.probes;
    if (profile->value[SETTING_USER_TIMEOUT] != VALUE_MATCH)
        return true;
    profile->value[SETTING_USER_TIMEOUT] = sum > INT32_MAX ? INT32_MAX : (int32_t)sum;
    return timing.idle > 0 && timing.interval > 0 && timing.probes > 0;
}

enum setting_id profile_resolve(const struct wishes *wishes, const struct profile *base, int32_t grain,
                                struct profile *profile, struct text *why)
{
    struct promises promises = {wishes->value[SETTING_SURVIVE], wishes->value[SETTING_DETECT]};
    bool promised = promises.survive != VALUE_UNSET || promises.detect != VALUE_UNSET;
    struct profile derived = *base;
    struct timing timing;
    if (promised && !intent_derive(promises, grain, &timing)) {
        text_add(why, "cannot be kept: idle and interval are at least 1s each, and two probes must fit");
        return promises.survive != VALUE_UNSET ? SETTING_SURVIVE : SETTING_DETECT;
    }
    if (promised) {
        derived.value[SETTING_IDLE] = timing.idle;
        derived.value[SETTING_INTERVAL] = timing.interval;
        derived.value[SETTING_PROBES] = timing.probes;
    }
    *profile = overlay(wishes, &derived, grain);
    if (promises.detect != VALUE_UNSET)
        profile->detect = promises.detect;
    enum setting_id broken = profile_breach(profile, wishes);
    if (broken != SETTING_COUNT) {
        explain_breach(timing_of(profile), promises, broken == SETTING_SURVIVE, why);
        return find_breach(wishes, &derived, profile, promises);
    }
    if (!settle_user_timeout(profile)) {
        text_add(why, "needs idle, interval and probes, not 'system'");
        return SETTING_USER_TIMEOUT;
    }
    return SETTING_COUNT;
}
