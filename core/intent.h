/*
 * intent: the two promises, survive and detect, and the three numbers that keep them.
 *
 * Used by profile, and by measure for its advice. It knows no setting's name and no source; units are milliseconds
 * throughout.
 */
#ifndef CORE_INTENT_H
#define CORE_INTENT_H

#include <stdbool.h>
#include <stdint.h>

/* What TCP is told. Values of a socket's options, or VALUE_SYSTEM (setting.h). */
struct timing {
    int32_t idle, interval, probes;
};

/* Milliseconds, or VALUE_UNSET. */
struct promises {
    int32_t survive; /* an idle limit on the path that the connection outlives */
    int32_t detect;  /* a dead idle peer is noticed within this */
};

/*
 * The timing that keeps the promises, in whole multiples of `grain` (the system's unit, at most 1000 ms), idle and
 * interval at least a second (tcp(7)). At least one promise must be set.
 *   survive T: idle = T/2, interval = min(75 s, T/10), 5 probes, and idle + 2 x interval < T: one probe may be lost.
 *   detect D:  3 probes, interval = max(1 s, D/6), idle = D - 3 x interval.
 *   both:      the smaller idle, the smaller interval, 3 probes.
 * False when the promise cannot be kept.
 */
bool intent_derive(struct promises promises, int32_t grain, struct timing *timing);

bool intent_keeps_survive(struct timing timing, int32_t survive);
bool intent_keeps_detect(struct timing timing, int32_t detect);

/* Both, where an unset promise is always kept. */
bool intent_keeps(struct timing timing, struct promises promises);

#endif
