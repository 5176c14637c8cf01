/*
 * text: bounded text, read and built without a C library.
 *
 * Used by every module of core and by both systems' commands and libraries for each line that a person meets.
 * It never allocates, never writes past its buffer and always leaves it terminated; what does not fit is dropped.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of somebody else's text. Not terminated. */
struct span {
    const char *at;
    size_t length;
};

struct span span_of(const char *text);
bool span_equals(struct span span, const char *text);
bool span_same(struct span one, struct span other);
bool span_starts(struct span span, const char *prefix);
struct span span_trim(struct span span);

/*
 * Cuts `rest` at the first `separator`: returns what stands before it, trimmed, and leaves in `rest`
 * what stands behind.
 */
struct span span_cut(struct span *rest, char separator);

/* Cuts one word, ended by white space, off the front of `rest`; empty at the end. */
struct span span_word(struct span *rest);

/* Bytes of the character of UTF-8 at the front (RFC 3629 4), 0 when there is none. */
size_t span_character(struct span span);

/* The number of a character that span_character() has measured (Unicode). */
uint32_t character_code(struct span character);

/*
 * False for what a terminal may take for a command or that makes a line look like another one: C0, DEL, C1, ends of
 * lines and paragraphs, marks that turn the direction of writing around (Unicode 23.2).
 */
bool character_is_printable(uint32_t code);

/* Reads a decimal number of digits only. False when empty, not all digits, or over `limit`. */
bool span_number(struct span span, uint64_t limit, uint64_t *number);

/* A text being built in a buffer of the caller's. */
struct text {
    char *at;
    size_t size;
    size_t used; /* without the terminator */
};

struct text text_in(char *buffer, size_t size);

/* No byte more fits; what was dropped, if anything, is not known. */
bool text_is_full(const struct text *text);

void text_add(struct text *text, const char *more);
void text_add_span(struct text *text, struct span more);
void text_add_char(struct text *text, char c);
void text_add_number(struct text *text, int64_t number);

/* Adds spaces until the line that began at offset `line` is `width` columns wide; none when it is already. */
void text_pad(struct text *text, size_t line, size_t width);

/*
 * Adds somebody else's text so that one line stays one line and no terminal takes a piece of it for a command: what is
 * not printable and bytes that are no UTF-8 become `?`.
 */
void text_add_foreign(struct text *text, struct span more);

/* Adds `object` in single quotes as text_add_foreign() does, cut short with `...` beyond 200 bytes. */
void text_add_quoted(struct text *text, struct span object);

/* The one shape of every error: `tcpalive: WHAT 'OBJECT': WHY` and a newline. No quotes when `object` is NULL. */
void text_complain(struct text *text, const char *what, const char *object, const char *why);

/* Writes it where people read it. */
typedef void text_say(const char *what, const char *object, const char *why);

#endif
