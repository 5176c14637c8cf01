#include "text.h"

enum { QUOTED_MAX = 200 };

struct span span_of(const char *text)
{
    struct span span = {text, 0};
    while (text[span.length])
        span.length++;
    return span;
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
    return span.length == span_of(text).length && span_starts(span, text);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span span_trim(struct span span)
{
    while (span.length && is_space(*span.at)) {
        span.at++;
        span.length--;
    }
    while (span.length && is_space(span.at[span.length - 1]))
        span.length--;
    return span;
}

struct span span_cut(struct span *rest, char separator)
{
    struct span piece = {rest->at, 0};
    while (piece.length < rest->length && piece.at[piece.length] != separator)
        piece.length++;
    size_t taken = piece.length < rest->length ? piece.length + 1 : piece.length;
    rest->at += taken;
    rest->length -= taken;
    return span_trim(piece);
}

struct span span_word(struct span *rest)
{
    *rest = span_trim(*rest);
    struct span word = {rest->at, 0};
    while (word.length < rest->length && !is_space(word.at[word.length]))
        word.length++;
    rest->at += word.length;
    rest->length -= word.length;
    return word;
}

bool span_number(struct span span, uint64_t limit, uint64_t *number)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < span.length; i++) {
        if (span.at[i] < '0' || span.at[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(span.at[i] - '0');
        if (digit > limit || sum > (limit - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *number = sum;
    return span.length > 0;
}

struct text text_in(char *buffer, size_t size)
{
    buffer[0] = '\0';
    return (struct text){buffer, size, 0};
}

void text_add_char(struct text *text, char c)
{
    if (text->used + 1 >= text->size)
        return;
    text->at[text->used++] = c;
    text->at[text->used] = '\0';
}

void text_add_span(struct text *text, struct span more)
{
    for (size_t i = 0; i < more.length; i++)
        text_add_char(text, more.at[i]);
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
    while (text->used - line < width && text->used + 1 < text->size)
        text_add_char(text, ' ');
}

void text_add_quoted(struct text *text, struct span object)
{
    text_add_char(text, '\'');
    for (size_t i = 0; i < object.length && i < QUOTED_MAX; i++) {
        unsigned char c = (unsigned char)object.at[i];
        text_add_char(text, c < ' ' || c == 0x7f ? '?' : (char)c);
    }
    if (object.length > QUOTED_MAX)
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
