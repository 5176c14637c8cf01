/*
 * silence_request: what a client of `measure --serve` says: stay silent for so long, then speak.
 *
 * Used by measure on both ends, and by the fuzzer: the serving end reads it from anybody.
 */
#ifndef CORE_SILENCE_REQUEST_H
#define CORE_SILENCE_REQUEST_H

#include "text.h"

enum { SILENCE_REQUEST_SIZE = 48, SILENCE_REQUEST_MAX = 24 * 60 * 60 * 1000 };

/* Adds the request, a line: `tcpalive silence 12000`. Milliseconds, at most a day. */
void silence_request_write(struct text *text, int32_t ms);

enum silence_request { SILENCE_REQUEST_SHORT, SILENCE_REQUEST_WHOLE, SILENCE_REQUEST_WRONG };

/*
 * Reads what came so far. `*ms` is set, 1 .. SILENCE_REQUEST_MAX, when it is whole; nothing may stand behind the line.
 */
enum silence_request silence_request_read(struct span came, int32_t *ms);

/* What the service says after the silence. */
extern const char silence_answer[];

#endif
