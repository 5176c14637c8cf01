#include "host_port.h"

enum { PORT_MAX = 65535 };

static bool read_port(struct span text, uint16_t *port)
{
    uint64_t number;
    if (!span_number(text, PORT_MAX, &number) || number == 0)
        return false;
    *port = (uint16_t)number;
    return true;
}

static bool has_colon(struct span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] == ':')
            return true;
    return false;
}

bool host_port_parse(struct span text, bool serving, char host[HOST_SIZE], uint16_t *port)
{
    struct text name = text_in(host, HOST_SIZE);
    size_t colon = text.length;
    while (colon && text.at[colon - 1] != ':')
        colon--;
    if (!colon)
        return serving && read_port(text, port);
    struct span first = {text.at, colon - 1};
    bool brackets = first.length >= 2 && *first.at == '[' && first.at[first.length - 1] == ']';
    if (brackets)
        first = (struct span){first.at + 1, first.length - 2};
    if (brackets != has_colon(first) || first.length >= HOST_SIZE || (!first.length && !serving))
        return false;
    if (!serving || !span_equals(first, "*"))
        text_add_span(&name, first);
    return read_port((struct span){text.at + colon, text.length - colon}, port);
}
