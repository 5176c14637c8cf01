#include "json.h"

void json_key(struct text *text, const char *key)
{
    json_string(text, span_of(key));
    text_add_char(text, ':');
}

/* JSON may be read on a terminal too. */
static void add_character(struct text *text, struct span character)
{
    uint32_t code = character_code(character);
    if (code == '"' || code == '\\')
        text_add_char(text, '\\');
    if (character_is_printable(code)) {
        text_add_span(text, character);
        return;
    }
    text_add(text, "\\u");
    for (int shift = 12; shift >= 0; shift -= 4)
        text_add_char(text, "0123456789abcdef"[code >> shift & 15]);
}

void json_string(struct text *text, struct span span)
{
    text_add_char(text, '"');
    while (span.length) {
        size_t length = span_character(span);
        if (length)
            add_character(text, (struct span){span.at, length});
        else
            text_add(text, "\\ufffd");
        length += !length;
        span.at += length;
        span.length -= length;
    }
    text_add_char(text, '"');
}

void json_seconds(struct text *text, int64_t ms)
{
    text_add_number(text, ms / 1000);
    if (ms % 1000 == 0)
        return;
    text_add_char(text, '.');
    for (int64_t digit = 100; digit; digit /= 10)
        text_add_char(text, (char)('0' + ms / digit % 10));
}
