#include "silence_request.h"

static const char request[] = "tcpalive silence ";
const char silence_answer[] = "tcpalive spoke\n";

void silence_request_write(struct text *text, int32_t ms)
{
    text_add(text, request);
    text_add_number(text, ms);
    text_add_char(text, '\n');
}

enum silence_request silence_request_read(struct span came, int32_t *ms)
{
    const size_t length = sizeof request - 1;
    uint64_t number;
    for (size_t i = 0; i < came.length && i < length; i++)
        if (came.at[i] != request[i])
            return SILENCE_REQUEST_WRONG;
    if (came.length <= length)
        return SILENCE_REQUEST_SHORT;
    struct span digits = {came.at + length, came.length - length};
    bool ended = digits.at[digits.length - 1] == '\n';
    digits.length -= ended;
    if (!digits.length && !ended)
        return SILENCE_REQUEST_SHORT;
    if (!span_number(digits, SILENCE_REQUEST_MAX, &number) || (ended && number == 0))
        return SILENCE_REQUEST_WRONG;
    *ms = (int32_t)number;
    return ended ? SILENCE_REQUEST_WHOLE : SILENCE_REQUEST_SHORT;
}
