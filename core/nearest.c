#include "nearest.h"

/* A name of which the word is a part or the beginning is as near as one with this many letters changed. */
enum { PART_DISTANCE = 2, PART_LETTERS = 2 };

struct nearest nearest_to(struct span word)
{
    return (struct nearest){word, UINT8_MAX, ""};
}

static char plain(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == '_' ? '-' : c;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/*
 * Letters to put in, take out, change, or swap with the next one, until one is the other. Both
 * shorter than NEAREST_SIZE.
 */
static unsigned distance(struct span a, struct span b)
{
    uint8_t row[3][NEAREST_SIZE];
    for (size_t j = 0; j <= b.length; j++)
        row[0][j] = (uint8_t)j;
    for (size_t i = 1; i <= a.length; i++) {
        uint8_t *now = row[i % 3];
        const uint8_t *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3];
        now[0] = (uint8_t)i;
        for (size_t j = 1; j <= b.length; j++) {
            char x = plain(a.at[i - 1]), y = plain(b.at[j - 1]);
            unsigned best = least(before[j - 1] + (x != y), least(before[j], now[j - 1]) + 1u);
            if (i > 1 && j > 1 && x == plain(b.at[j - 2]) && y == plain(a.at[i - 2]))
                best = least(best, earlier[j - 2] + 1u);
            now[j] = (uint8_t)best;
        }
    }
    return row[a.length % 3][b.length];
}

/* Does a part of the name, parts being separated by dashes, begin with the word? */
static bool is_part(struct span word, struct span name)
{
    for (size_t from = 0; from + word.length <= name.length; from++) {
        size_t same = 0;
        while (same < word.length && plain(word.at[same]) == plain(name.at[from + same]))
            same++;
        if (same == word.length && (!from || plain(name.at[from - 1]) == '-'))
            return true;
    }
    return false;
}

void nearest_offer(struct nearest *nearest, const char *name)
{
    struct span word = nearest->word, other = span_of(name);
    size_t longer = word.length > other.length ? word.length : other.length;
    if (longer >= NEAREST_SIZE || !word.length)
        return;
    unsigned letters = distance(word, other);
    if (letters * 3 > longer)
        letters = word.length >= PART_LETTERS && is_part(word, other) ? PART_DISTANCE : UINT8_MAX;
    if (letters >= nearest->distance)
        return;
    nearest->distance = letters;
    struct text text = text_in(nearest->name, sizeof nearest->name);
    text_add(&text, name);
}

void nearest_add(struct text *text, const struct nearest *nearest, const char *prefix)
{
    if (!*nearest->name)
        return;
    text_add(text, "; did you mean ");
    text_add(text, prefix);
    text_add(text, nearest->name);
    text_add_char(text, '?');
}
