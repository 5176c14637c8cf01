/* Durations: what is read is in range, and reads the same when written. */
#include "core/duration.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t ms = -1, again;
    TEXT(text, 64);
    if (duration_parse((struct span){(const char *)data, size}, &ms))
        return 0;
    PROPERTY(ms >= 0 && ms <= INT64_MAX / 2);
    duration_write(&text, ms);
    PROPERTY(!duration_parse(span_of(text.at), &again) && again == ms);
    PROPERTY(duration_round_up(ms, 1000) - ms < 1000 && duration_round_up(ms, 1000) % 1000 == 0);
    return 0;
}
