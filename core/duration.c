#include "duration.h"

static const struct {
    char name[3];
    int32_t ms;
} units[] = {{"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};

enum { UNITS = sizeof units / sizeof *units };

static const char shape[] = "not a duration such as 90s, 1h30m or 500ms";

/* The run of characters at the front that are digits, or that are not. */
static struct span run(struct span *rest, bool digits)
{
    struct span taken = {rest->at, 0};
    while (taken.length < rest->length && (taken.at[taken.length] >= '0' && taken.at[taken.length] <= '9') == digits)
        taken.length++;
    rest->at += taken.length;
    rest->length -= taken.length;
    return taken;
}

const char *duration_parse(struct span span, int64_t *ms)
{
    const int64_t limit = INT64_MAX / 2;
    size_t next = 0; /* units before this one are used up: large to small, each once */
    bool bare_allowed = true;
    int64_t sum = 0;
    do {
        struct span digits = run(&span, true);
        struct span name = run(&span, false);
        uint64_t count;
        size_t unit = name.length || !bare_allowed ? next : 2;
        while (name.length && unit < UNITS && !span_equals(name, units[unit].name))
            unit++;
        if (!digits.length || unit == UNITS || (!name.length && !bare_allowed))
            return shape;
        if (!span_number(digits, (uint64_t)((limit - sum) / units[unit].ms), &count))
            return "too long";
        sum += (int64_t)count * units[unit].ms;
        next = unit + 1;
        bare_allowed = false;
    } while (span.length);
    *ms = sum;
    return NULL;
}

void duration_suggest(struct text *why, struct span span)
{
    char buffer[24];
    struct text text = text_in(buffer, sizeof buffer);
    int64_t ms;
    struct span digits = run(&span, true);
    span = span_trim(span);
    size_t letters = span_starts(span, "ms") || span_starts(span, "mil") ? 2 : span.length > 0;
    text_add_span(&text, digits);
    text_add(&text, letters == 2 ? "ms" : "");
    if (letters == 1)
        text_add_char(&text, *span.at);
    for (size_t i = 0; i < span.length; i++)
        if (span.at[i] < 'a' || span.at[i] > 'z')
            return;
    if (!letters || text.used != digits.length + letters || duration_parse(span_of(buffer), &ms))
        return;
    text_add(why, "; did you mean ");
    text_add(why, buffer);
    text_add_char(why, '?');
}

void duration_write(struct text *text, int64_t ms)
{
    text_add_number(text, ms % 1000 ? ms : ms / 1000);
    text_add(text, ms % 1000 ? "ms" : "s");
}

int64_t duration_round_up(int64_t ms, int64_t grain)
{
    return (ms + grain - 1) / grain * grain;
}
