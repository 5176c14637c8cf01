#include "ports.h"

bool port_parse(struct span span, uint16_t *port)
{
    uint64_t number;
    if (!span_number(span, UINT16_MAX, &number) || number == 0)
        return false;
    *port = (uint16_t)number;
    return true;
}

static bool parse_one(struct span span, uint16_t *port, struct text *why)
{
    if (port_parse(span, port))
        return true;
    text_add(why, "must be 1..65535, and may be several: 80,443 or 8000-8099");
    return false;
}

static bool parse_range(struct span range, struct ports *ports, struct text *why)
{
    uint16_t low, high;
    struct span first = span_cut(&range, '-');
    bool single = !range.length && first.at + first.length == range.at;
    if (!parse_one(first, &low, why) || !parse_one(single ? first : span_trim(range), &high, why))
        return false;
    if (low > high) {
        text_add(why, "a range goes from the lower port to the higher one");
        return false;
    }
    for (uint32_t port = low; port <= high; port++)
        ports->bit[port / 8] |= (uint8_t)(1u << port % 8);
    return true;
}

bool ports_parse(struct span span, struct ports *ports, struct text *why)
{
    ports->some = true;
    span = span_trim(span);
    if (span.length && span.at[span.length - 1] == ',') /* what would follow is no port */
        return parse_range((struct span){span.at, 0}, ports, why);
    do {
        if (!parse_range(span_cut(&span, ','), ports, why))
            return false;
    } while (span.length);
    return true;
}

bool ports_has(const struct ports *ports, uint16_t port)
{
    return !ports->some || ports->bit[port / 8] & 1u << port % 8;
}
