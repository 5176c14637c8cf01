#include "row.h"
#include "apply.h"
#include "facts.h"

static struct listing_end read_end(SOCKET s, int(WSAAPI *get)(SOCKET, struct sockaddr *, int *))
{
    struct sockaddr_storage name;
    struct listing_end end = {.kind = LISTING_ANY};
    int size = sizeof name;
    if (!get(s, (struct sockaddr *)&name, &size) &&
        facts_from_sockaddr((struct sockaddr *)&name, size, &end.address, &end.port))
        end.kind = LISTING_NAMED;
    return end;
}

/* A socket that tells nothing of its options tells neither whether it listens nor who its peer is (Wine). */
bool row_read(SOCKET s, struct listing_row *row)
{
    enum { TIMES = 1 << SETTING_IDLE | 1 << SETTING_INTERVAL | 1 << SETTING_PROBES };
    int on, length = sizeof on;
    *row = (struct listing_row){.pid = LISTING_NOBODY, .number = LISTING_NOBODY};
    if (!facts_is_tcp(s))
        return false;
    bool mute = getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&on, &length);
    row->local = read_end(s, getsockname);
    row->peer = read_end(s, getpeername);
    row->state = mute                              ? LISTING_UNTOLD
                 : facts_role(s) == ROLE_LISTEN    ? LISTING_LISTEN
                 : row->peer.kind == LISTING_NAMED ? LISTING_ESTABLISHED
                                                   : LISTING_CLOSE;
    if (mute && row->peer.kind != LISTING_NAMED)
        row->peer.kind = LISTING_END_UNTOLD;
    apply_read(s, &row->values);
    row->told = mute                                   ? LISTING_NOTHING_TOLD
                : (apply_readable(s) & TIMES) == TIMES ? LISTING_ALL_TOLD
                                                       : LISTING_KEEPALIVE_TOLD;
    return true;
}
