/*
 * json: the few pieces of RFC 8259 that explain and list write.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include "text.h"

/* Adds `"key":`. */
void json_key(struct text *text, const char *key);

/*
 * Adds the string in quotes, escaped, what is not printable too. Bytes that are no UTF-8 become U+FFFD each
 * (RFC 8259 8.1).
 */
void json_string(struct text *text, struct span span);

/* Adds milliseconds as a number of seconds, with three decimals where they are not whole. */
void json_seconds(struct text *text, int64_t ms);

#endif
