/*
 * Names that others chose, in everything that is printed of them: no terminal takes a piece for a command,
 * JSON stays JSON.
 */
#include "core/json.h"
#include "core/listing.h"
#include "fuzz.h"
#include <stdio.h>
#include <string.h>

static bool lines;
static const uint8_t right_to_left[] = {0xe2, 0x80, 0xae}; /* U+202E */

/* Characters of UTF-8 only, and among them none that controls a terminal. */
static void check(void *context, const char *text, size_t length)
{
    (void)context;
    for (struct span rest = {text, length}; rest.length;) {
        size_t taken = span_character(rest);
        unsigned char first = (unsigned char)*rest.at;
        PROPERTY(taken);
        PROPERTY(taken > 1 ? first != 0xc2 || (unsigned char)rest.at[1] >= 0xa0
                           : first != 0x7f && (first >= ' ' || (lines && first == '\n')));
        PROPERTY(taken < 3 || memcmp(rest.at, right_to_left, sizeof right_to_left) != 0);
        rest.at += taken;
        rest.length -= taken;
    }
}

static void list(struct span name)
{
    struct listing_row row = {.pid = 1, .number = 3, .state = LISTING_ESTABLISHED, .told = LISTING_ALL_TOLD};
    struct listing listing = {&row, 1};
    struct listing_style style = {(unsigned)name.length * 7 % 160, 0, false};
    snprintf(row.program, sizeof row.program, "%.*s", (int)name.length, name.at);
    lines = true;
    listing_table(&listing, &style, check, NULL);
    listing_json(&listing, check, NULL);
    listing_openmetrics(&listing, check, NULL);
    lines = false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char room[1024];
    struct span name = {(const char *)data, size};
    struct text text = text_in(room, sizeof room);
    if (size > 128)
        return 0;
    text_add_foreign(&text, name);
    PROPERTY(text.used == 0 ? size == 0 : size > 0);
    check(NULL, room, text.used);
    text = text_in(room, sizeof room);
    text_add_quoted(&text, name);
    check(NULL, room, text.used);
    text = text_in(room, sizeof room);
    json_string(&text, name);
    check(NULL, room, text.used);
    PROPERTY(room[0] == '"' && room[text.used - 1] == '"');
    list(name);
    return 0;
}
