#include "address.h"

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

struct address address_v4(const uint8_t bytes[4])
{
    struct address address;
    for (size_t i = 0; i < 16; i++)
        address.bytes[i] = i < 12 ? mapped[i] : bytes[i - 12];
    return address;
}

struct address address_v6(const uint8_t bytes[16])
{
    struct address address;
    for (size_t i = 0; i < 16; i++)
        address.bytes[i] = bytes[i];
    return address;
}

bool address_is_v4(const struct address *address)
{
    for (size_t i = 0; i < 12; i++)
        if (address->bytes[i] != mapped[i])
            return false;
    return true;
}

static void add_hex(struct text *text, unsigned group)
{
    bool begun = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
        unsigned digit = group >> shift & 15;
        begun = begun || digit || shift == 0;
        if (begun)
            text_add_char(text, "0123456789abcdef"[digit]);
    }
}

static unsigned group_of(const struct address *address, size_t i)
{
    return (unsigned)address->bytes[2 * i] << 8 | address->bytes[2 * i + 1];
}

/* The longest run of two or more zero groups: RFC 5952 writes the first such run as `::`. */
static size_t longest_zeros(const struct address *address, size_t *length)
{
    size_t best = 8;
    *length = 1;
    for (size_t i = 0; i < 8; i++) {
        size_t run = 0;
        while (i + run < 8 && !group_of(address, i + run))
            run++;
        if (run > *length) {
            *length = run;
            best = i;
        }
    }
    return best;
}

static void write_v6(struct text *text, const struct address *address)
{
    size_t length, zeros = longest_zeros(address, &length);
    text_add_char(text, '[');
    for (size_t i = 0; i < 8; i++) {
        if (i == zeros) {
            text_add(text, "::");
            i += length - 1;
            continue;
        }
        if (i && i != zeros + length)
            text_add_char(text, ':');
        add_hex(text, group_of(address, i));
    }
    text_add_char(text, ']');
}

void address_write(struct text *text, const struct address *address)
{
    if (!address_is_v4(address)) {
        write_v6(text, address);
        return;
    }
    for (size_t i = 12; i < 16; i++) {
        text_add_number(text, address->bytes[i]);
        text_add(text, i < 15 ? "." : "");
    }
}

void address_write_port(struct text *text, const struct address *address, uint16_t port)
{
    address_write(text, address);
    text_add_char(text, ':');
    text_add_number(text, port);
}

bool address_parse_v4(struct span span, uint8_t bytes[4])
{
    uint64_t number;
    for (size_t i = 0; i < 4; i++) {
        size_t before = span.length;
        struct span part = span_cut(&span, '.');
        bool cut = before > part.length;
        bool octal = part.length > 1 && part.at[0] == '0'; /* to some readers of addresses: inet_aton(3) */
        if (cut != (i < 3) || octal || !span_number(part, 255, &number))
            return false;
        bytes[i] = (uint8_t)number;
    }
    return !span.length;
}

static bool parse_group(struct span span, uint8_t bytes[2])
{
    unsigned group = 0;
    for (size_t i = 0; i < span.length; i++) {
        char c = span.at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return false;
        group = group << 4 | (unsigned)digit;
    }
    bytes[0] = (uint8_t)(group >> 8);
    bytes[1] = (uint8_t)group;
    return span.length >= 1 && span.length <= 4;
}

/* Groups divided by single colons, at the `end` perhaps an IPv4 address. `used` counts bytes; more than 16 fail. */
static bool parse_groups(struct span span, bool end, uint8_t bytes[16], size_t *used)
{
    for (*used = 0; span.length; *used += 2) {
        size_t before = span.length;
        struct span part = span_cut(&span, ':');
        bool cut = before > part.length;
        if (end && !cut && *used <= 12 && address_parse_v4(part, bytes + *used)) {
            *used += 4;
            return true;
        }
        if (*used > 14 || (cut && !span.length) || !parse_group(part, bytes + *used))
            return false;
    }
    return true;
}

bool address_parse_v6(struct span span, uint8_t bytes[16])
{
    uint8_t tail[16];
    size_t gap = 0, front, back;
    while (gap + 1 < span.length && !(span.at[gap] == ':' && span.at[gap + 1] == ':'))
        gap++;
    if (gap + 1 >= span.length)
        return parse_groups(span, true, bytes, &front) && front == 16;
    struct span before = {span.at, gap}, after = {span.at + gap + 2, span.length - gap - 2};
    if (!parse_groups(before, false, bytes, &front) || !parse_groups(after, true, tail, &back) || front + back > 14)
        return false;
    for (size_t i = front; i < 16; i++)
        bytes[i] = i < 16 - back ? 0 : tail[i - (16 - back)];
    return true;
}
