#include "listing_row.h"

static const char *const state_names[LISTING_STATE_COUNT] = {
#define X(number, name, text) [LISTING_##name] = (text),
    LISTING_STATES(X)
#undef X
};

const char *listing_state_name(unsigned state)
{
    return state < LISTING_STATE_COUNT && state_names[state] ? state_names[state] : "?";
}

void listing_write_end(struct text *text, const struct listing_end *end)
{
    if (end->kind != LISTING_NAMED) {
        text_add(text, end->kind == LISTING_ANY ? "*:*" : "?");
        return;
    }
    if (end->port) {
        address_write_port(text, &end->address, end->port);
        return;
    }
    address_write(text, &end->address);
    text_add(text, ":*");
}
