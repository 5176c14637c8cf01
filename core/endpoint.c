#include "endpoint.h"
#include "ports.h"

static bool parse_bits(struct span span, uint64_t limit, uint8_t *bits, struct text *why)
{
    uint64_t number;
    if (span_number(span, limit, &number)) {
        *bits = (uint8_t)number;
        return true;
    }
    text_add(why, "bits ");
    text_add_quoted(why, span);
    text_add(why, limit == 32 ? " must be 0..32" : " must be 0..128");
    return false;
}

static void refuse_address(struct text *why, struct span address)
{
    bool colon = false;
    for (size_t i = 0; i < address.length; i++)
        colon = colon || address.at[i] == ':';
    text_add(why, "no address: ");
    text_add_quoted(why, address);
    text_add(why, colon && address.at[0] != '[' ? " (IPv6 stands in brackets)" : "");
}

static bool parse_address(struct span span, struct endpoint *endpoint, struct text *why)
{
    bool six = span.length && span.at[0] == '[';
    uint8_t bytes[16];
    struct span whole = span, address = span_cut(&span, '/');
    bool has_bits = whole.length > address.length;
    if (six && !(address.length >= 2 && address.at[address.length - 1] == ']')) {
        /* `[2001:db8::/32]`: the closing bracket stands behind the bits */
        if (!span.length || span.at[span.length - 1] != ']') {
            text_add(why, "no ']' behind the address");
            return false;
        }
        span.length--;
        address.length++;
    }
    struct span inner = six ? (struct span){address.at + 1, address.length - 2} : address;
    if (six ? !address_parse_v6(inner, bytes) : !address_parse_v4(inner, bytes)) {
        refuse_address(why, whole);
        return false;
    }
    endpoint->address = six ? address_v6(bytes) : address_v4(bytes);
    endpoint->family = six ? 6 : 4;
    endpoint->bits = six ? 128 : 32;
    if (has_bits && !parse_bits(span, endpoint->bits, &endpoint->bits, why))
        return false;
    endpoint->bits = (uint8_t)(endpoint->bits + (six ? 0 : 96));
    if (endpoint->bits >= 96 && address_is_v4(&endpoint->address))
        endpoint->family = 4; /* [::ffff:10.0.0.1] is 10.0.0.1 */
    return true;
}

static bool parse_ports(struct span span, struct endpoint *endpoint, struct text *why)
{
    struct span whole = span;
    endpoint->port_high = UINT16_MAX;
    if (span_equals(span, "*"))
        return true;
    struct span first = span_cut(&span, '-');
    bool range = whole.length > first.length;
    bool fine = port_parse(first, &endpoint->port_low) && port_parse(range ? span : first, &endpoint->port_high) &&
                endpoint->port_high >= endpoint->port_low;
    if (!fine) {
        text_add(why, "port ");
        text_add_quoted(why, whole);
        text_add(why, " must be 1..65535, a-b or *");
    }
    return fine;
}

bool endpoint_parse(struct span span, struct endpoint *endpoint, struct text *why)
{
    struct span address = span;
    *endpoint = (struct endpoint){.port_high = UINT16_MAX};
    for (size_t i = span.length; i > 0; i--) {
        if (span.at[i - 1] == ']' || span.at[i - 1] == '/')
            break;
        if (span.at[i - 1] != ':')
            continue;
        struct span ports = {span.at + i, span.length - i};
        if (!parse_ports(ports, endpoint, why))
            return false;
        address.length = i - 1;
        break;
    }
    return span_equals(address, "*") || parse_address(address, endpoint, why);
}

void endpoint_write(struct text *text, const struct endpoint *endpoint)
{
    if (!endpoint->family) {
        text_add(text, "*");
    } else {
        address_write(text, &endpoint->address);
        text_add(text, "/");
        text_add_number(text, endpoint->bits - (endpoint->family == 4 ? 96 : 0));
    }
    if (!endpoint->port_low)
        return;
    text_add(text, ":");
    text_add_number(text, endpoint->port_low);
    if (endpoint->port_high > endpoint->port_low) {
        text_add(text, "-");
        text_add_number(text, endpoint->port_high);
    }
}

bool endpoint_has_port(const struct endpoint *endpoint, uint16_t port)
{
    return port >= endpoint->port_low && port <= endpoint->port_high;
}

bool endpoint_has_peer(const struct endpoint *endpoint, const struct address *peer)
{
    unsigned at = endpoint->bits / 8, rest = endpoint->bits % 8;
    if (!endpoint->family)
        return true;
    if (rest && (endpoint->address.bytes[at] ^ peer->bytes[at]) >> (8 - rest))
        return false;
    /* From the end of what must match: the front is alike in all IPv4 addresses. */
    while (at > 0 && endpoint->address.bytes[at - 1] == peer->bytes[at - 1])
        at--;
    return at == 0 && (endpoint->family == 4) == address_is_v4(peer);
}
