#include "intent.h"
#include "duration.h"
#include "setting.h"

enum { SECOND = 1000, SURVIVE_INTERVAL_MAX = 75 * SECOND, SURVIVE_PROBES = 5, DETECT_PROBES = 3 };

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static bool derive_survive(int64_t limit, int64_t grain, struct timing *timing)
{
    const int64_t idle_max = settings[SETTING_IDLE].high;
    int64_t interval = duration_round_up(larger(SECOND, smaller(SURVIVE_INTERVAL_MAX, limit / 10)), grain);
    int64_t latest = (limit - 2 * interval - 1) / grain * grain; /* rounding up must not reach the limit */
    int64_t idle = smaller(idle_max, smaller(duration_round_up(limit / 2, grain), latest));
    *timing = (struct timing){(int32_t)idle, (int32_t)interval, SURVIVE_PROBES};
    return limit > 2 * interval && idle >= SECOND;
}

static bool derive_detect(int64_t within, int64_t grain, struct timing *timing)
{
    const int64_t idle_max = settings[SETTING_IDLE].high, interval_max = settings[SETTING_INTERVAL].high;
    int64_t whole = within / grain * grain;
    int64_t interval = smaller(interval_max, duration_round_up(larger(SECOND, whole / 6), grain));
    int64_t idle = smaller(idle_max, whole - DETECT_PROBES * interval);
    *timing = (struct timing){(int32_t)idle, (int32_t)interval, DETECT_PROBES};
    return idle >= SECOND; /* from 4 s on */
}

bool intent_derive(struct promises promises, int32_t grain, struct timing *timing)
{
    struct timing survive, detect;
    if (promises.survive != VALUE_UNSET && !derive_survive(promises.survive, grain, &survive))
        return false;
    if (promises.detect != VALUE_UNSET && !derive_detect(promises.detect, grain, &detect))
        return false;
    if (promises.detect == VALUE_UNSET)
        *timing = survive;
    else if (promises.survive == VALUE_UNSET)
        *timing = detect;
    else
        *timing = (struct timing){(int32_t)smaller(survive.idle, detect.idle),
                                  (int32_t)smaller(survive.interval, detect.interval), DETECT_PROBES};
    return true;
}

bool intent_keeps_survive(struct timing timing, int32_t survive)
{
    return timing.idle > 0 && timing.interval > 0 && timing.idle + 2 * (int64_t)timing.interval < survive;
}

bool intent_keeps_detect(struct timing timing, int32_t detect)
{
    return timing.idle > 0 && timing.interval > 0 && timing.probes > 0 &&
           timing.idle + timing.interval * (int64_t)timing.probes <= detect;
}

bool intent_keeps(struct timing timing, struct promises promises)
{
    return (promises.survive == VALUE_UNSET || intent_keeps_survive(timing, promises.survive)) &&
           (promises.detect == VALUE_UNSET || intent_keeps_detect(timing, promises.detect));
}
