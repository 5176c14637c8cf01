#include "target.h"
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

static int32_t rounded(enum setting_id id, int32_t value, int32_t grain)
{
    bool coarse = settings[id].kind == KIND_DURATION;
    return value > 0 && coarse ? (int32_t)duration_round_up(value, grain) : value;
}

static struct timing timing_of(const struct target *target)
{
    return (struct timing){target->value[SETTING_IDLE], target->value[SETTING_INTERVAL], target->value[SETTING_PROBES]};
}

/* `base` with every wished option of the socket in its place. */
static struct target overlay(const struct wishes *wishes, const struct target *base, int32_t grain)
{
    struct target target = *base;
    for (enum setting_id id = 0; id < OPTION_COUNT; id++)
        if (wishes->value[id] != VALUE_UNSET)
            target.value[id] = rounded(id, wishes->value[id], grain);
    return target;
}

static void explain_breach(struct timing timing, struct promises promises, struct text *why)
{
    bool survive = promises.survive != VALUE_UNSET && !intent_keeps_survive(timing, promises.survive);
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
static enum setting_id find_breach(const struct wishes *wishes, const struct target *derived,
                                   const struct target *target, struct promises promises)
{
    enum setting_id first = SETTING_COUNT;
    for (enum setting_id id = SETTING_IDLE; id <= SETTING_PROBES; id++) {
        struct target without = *target;
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
static bool settle_user_timeout(struct target *target)
{
    struct timing timing = timing_of(target);
    int64_t sum = timing.idle + timing.interval * (int64_t)timing.probes;
    if (target->value[SETTING_USER_TIMEOUT] != VALUE_MATCH)
        return true;
    target->value[SETTING_USER_TIMEOUT] = sum > INT32_MAX ? INT32_MAX : (int32_t)sum;
    return timing.idle > 0 && timing.interval > 0 && timing.probes > 0;
}

enum setting_id target_resolve(const struct wishes *wishes, const struct target *base, int32_t grain,
                               struct target *target, struct text *why)
{
    struct promises promises = {wishes->value[SETTING_SURVIVE], wishes->value[SETTING_DETECT]};
    bool promised = promises.survive != VALUE_UNSET || promises.detect != VALUE_UNSET;
    struct target derived = *base;
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
    *target = overlay(wishes, &derived, grain);
    if (!intent_keeps(timing_of(target), promises)) {
        explain_breach(timing_of(target), promises, why);
        return find_breach(wishes, &derived, target, promises);
    }
    if (!settle_user_timeout(target)) {
        text_add(why, "needs idle, interval and probes, not 'system'");
        return SETTING_USER_TIMEOUT;
    }
    return SETTING_COUNT;
}
