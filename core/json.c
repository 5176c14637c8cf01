#include "json.h"

void json_key(struct text *text, const char *key)
{
    json_string(text, span_of(key));
    text_add_char(text, ':');
}

/* Bytes of the character of UTF-8 at the front (RFC 3629 4), 0 when there is none. */
static size_t utf8_length(struct span span)
{
    static const struct {
        uint8_t lead_low, lead_high, second_low, second_high, length;
    } forms[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    const uint8_t *byte = (const uint8_t *)span.at;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (byte[0] < forms[i].lead_low || byte[0] > forms[i].lead_high || span.length < forms[i].length)
            continue;
        bool fine = forms[i].length == 1 || (byte[1] >= forms[i].second_low && byte[1] <= forms[i].second_high);
        for (size_t next = 2; next < forms[i].length; next++)
            fine = fine && (byte[next] & 0xc0) == 0x80;
        return fine ? forms[i].length : 0;
    }
    return 0;
}

static void add_character(struct text *text, struct span character)
{
    unsigned char c = (unsigned char)*character.at;
    if (c == '"' || c == '\\')
        text_add_char(text, '\\');
    if (c >= ' ') {
        text_add_span(text, character);
        return;
    }
    text_add(text, "\\u00");
    text_add_char(text, "0123456789abcdef"[c >> 4]);
    text_add_char(text, "0123456789abcdef"[c & 15]);
}

void json_string(struct text *text, struct span span)
{
    text_add_char(text, '"');
    while (span.length) {
        size_t length = utf8_length(span);
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
