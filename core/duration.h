/*
 * duration: `1h30m`, `500ms`, `60` to milliseconds and back.
 *
 * Used wherever a setting, a rule or a message speaks of time. It knows nothing of any setting's range.
 */
#ifndef CORE_DURATION_H
#define CORE_DURATION_H

#include "text.h"

/*
 * Whole numbers with ms, s, m or h, several in a row from large to small; a bare number is seconds.
 * `ms` is set in milliseconds, at most INT64_MAX / 2. NULL, or what is wrong in half a sentence.
 */
const char *duration_parse(struct span span, int64_t *ms);

/* Adds `350s`, or `1500ms` where seconds are not whole: the units that networks are spoken of in. `ms` >= 0. */
void duration_write(struct text *text, int64_t ms);

/* Adds `; did you mean 5m?` where the wrong text is a number with a unit's longer name (`5min`), or nothing. */
void duration_suggest(struct text *why, struct span span);

/* The next multiple of `grain` that is not below `ms`. */
int64_t duration_round_up(int64_t ms, int64_t grain);

#endif
