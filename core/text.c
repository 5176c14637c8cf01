#include "text.h"

enum { QUOTED_MAX = 200 };

struct span span_of(const char *text)
{
    const char *end = text;
    while (*end)
        end++;
    return (struct span){text, (size_t)(end - text)};
}

bool span_starts(struct span span, const char *prefix)
{
    for (size_t i = 0; prefix[i]; i++)
        if (i == span.length || span.at[i] != prefix[i])
            return false;
    return true;
}

bool span_equals(struct span span, const char *text)
{
    for (size_t i = 0; i < span.length; i++)
        if (span.at[i] != text[i] || !text[i])
            return false;
    return !text[span.length];
}

bool span_same(struct span one, struct span other)
{
    for (size_t i = 0; i < one.length && i < other.length; i++)
        if (one.at[i] != other.at[i])
            return false;
    return one.length == other.length;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span span_trim(struct span span)
{
    const char *begin = span.at, *end = begin + span.length;
    while (begin < end && is_space(*begin))
        begin++;
    while (begin < end && is_space(end[-1]))
        end--;
    return (struct span){begin, (size_t)(end - begin)};
}

struct span span_cut(struct span *rest, char separator)
{
    const char *begin = rest->at, *end = begin, *last = begin + rest->length;
    while (end < last && *end != separator)
        end++;
    rest->at = end + (end < last);
    rest->length = (size_t)(last - rest->at);
    return span_trim((struct span){begin, (size_t)(end - begin)});
}

struct span span_word(struct span *rest)
{
    const char *begin = rest->at, *last = begin + rest->length;
    while (begin < last && is_space(*begin))
        begin++;
    const char *end = begin;
    while (end < last && !is_space(*end))
        end++;
    *rest = (struct span){end, (size_t)(last - end)};
    return (struct span){begin, (size_t)(end - begin)};
}

bool span_number(struct span span, uint64_t limit, uint64_t *number)
{
    uint64_t sum = 0;
    for (const char *at = span.at, *end = at + span.length; at < end; at++) {
        unsigned digit = (unsigned char)*at - (unsigned)'0';
        uint64_t next = sum * 10 + digit;
        if (digit > 9 || sum > UINT64_MAX / 10 || next < digit || next > limit)
            return false;
        sum = next;
    }
    *number = sum;
    return span.length > 0;
}

size_t span_character(struct span span)
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

struct text text_in(char *buffer, size_t size)
{
    buffer[0] = '\0';
    return (struct text){buffer, size, 0};
}

bool text_is_full(const struct text *text)
{
    return text->used + 1 >= text->size;
}

void text_add_char(struct text *text, char c)
{
    if (text_is_full(text))
        return;
    text->at[text->used++] = c;
    text->at[text->used] = '\0';
}

void text_add_span(struct text *text, struct span more)
{
    size_t room = text->size - text->used - 1, length = more.length < room ? more.length : room;
    for (size_t i = 0; i < length; i++)
        text->at[text->used + i] = more.at[i];
    text->used += length;
    text->at[text->used] = '\0';
}

void text_add(struct text *text, const char *more)
{
    text_add_span(text, span_of(more));
}

void text_add_number(struct text *text, int64_t number)
{
    char digits[20];
    size_t count = 0;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0)
        text_add_char(text, '-');
    while (count)
        text_add_char(text, digits[--count]);
}

void text_pad(struct text *text, size_t line, size_t width)
{
    while (text->used - line < width && !text_is_full(text))
        text_add_char(text, ' ');
}

uint32_t character_code(struct span character)
{
    const uint8_t *byte = (const uint8_t *)character.at;
    uint32_t code = character.length == 1 ? byte[0] : byte[0] & 0x7fu >> character.length;
    for (size_t i = 1; i < character.length; i++)
        code = code << 6 | (byte[i] & 0x3f);
    return code;
}

bool character_is_printable(uint32_t code)
{
    static const struct {
        uint16_t low, high;
    } unprintable[] = {{0, 0x1f}, {0x7f, 0x9f}, {0x61c, 0x61c}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069}};
    for (size_t i = 0; i < sizeof unprintable / sizeof *unprintable; i++)
        if (code >= unprintable[i].low && code <= unprintable[i].high)
            return false;
    return true;
}

/* One character off the front of `more`, when it is no longer than `room`. */
static bool add_character(struct text *text, struct span *more, size_t room)
{
    size_t length = span_character(*more), taken = length ? length : 1;
    if (taken > room)
        return false;
    struct span character = {more->at, length};
    if (length && character_is_printable(character_code(character)))
        text_add_span(text, character);
    else
        text_add_char(text, '?');
    more->at += taken;
    more->length -= taken;
    return true;
}

void text_add_foreign(struct text *text, struct span more)
{
    while (more.length)
        add_character(text, &more, more.length);
}

void text_add_quoted(struct text *text, struct span object)
{
    const char *end = object.at + QUOTED_MAX;
    text_add_char(text, '\'');
    while (object.length && object.at < end && add_character(text, &object, (size_t)(end - object.at)))
        ;
    if (object.length)
        text_add(text, "...");
    text_add_char(text, '\'');
}

void text_complain(struct text *text, const char *what, const char *object, const char *why)
{
    text_add(text, "tcpalive: ");
    text_add(text, what);
    if (object) {
        text_add_char(text, ' ');
        text_add_quoted(text, span_of(object));
    }
    text_add(text, ": ");
    text_add(text, why);
    text_add_char(text, '\n');
}
