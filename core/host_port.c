#include "host_port.h"
#include "ports.h"

static bool read_port(struct span text, struct host_port *to)
{
    struct text port = text_in(to->port, sizeof to->port);
    uint16_t number;
    if (!port_parse(text, &number))
        return false;
    text_add_number(&port, number);
    return true;
}

static bool has_colon(struct span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] == ':')
            return true;
    return false;
}

bool host_port_parse(struct span text, bool serving, struct host_port *to)
{
    struct text name = text_in(to->host, sizeof to->host);
    size_t colon = text.length;
    while (colon && text.at[colon - 1] != ':')
        colon--;
    if (!colon)
        return serving && read_port(text, to);
    struct span first = {text.at, colon - 1};
    bool brackets = first.length >= 2 && *first.at == '[' && first.at[first.length - 1] == ']';
    if (brackets)
        first = (struct span){first.at + 1, first.length - 2};
    if (brackets != has_colon(first) || first.length >= HOST_SIZE || (!first.length && !serving))
        return false;
    if (!serving || !span_equals(first, "*"))
        text_add_span(&name, first);
    return read_port((struct span){text.at + colon, text.length - colon}, to);
}
