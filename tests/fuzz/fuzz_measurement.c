/*
 * The numbers of measure's command line, and a stranger's bytes to its serving end as they come, in pieces of any
 * length at any time: one that is to go says nothing more, one that stays is spoken to once.
 */
#include "core/measurement.h"
#include "core/silence_guest.h"
#include "fuzz.h"
#include <string.h>

enum { SECOND = 1000, LAST = 32767 * SECOND, STEPS_MAX = 64 };

static void numbers(struct span text)
{
    int32_t ms = -1;
    uint16_t connections = 0;
    if (!measurement_read_duration(text, &ms))
        PROPERTY(ms >= SECOND && ms <= LAST && ms % SECOND == 0);
    if (!measurement_read_connections(text, &connections))
        PROPERTY(connections >= 1 && connections <= BRACKET_CONNECTIONS_MAX);
}

/* Each piece begins with a byte of its length and one of the time that passes before it. */
static void guest(struct span rest)
{
    int64_t now = 1;
    unsigned spoken = 0;
    struct silence_guest guest = silence_guest_at(now);
    for (int step = 0; step < STEPS_MAX && rest.length >= 2 && silence_guest_stays(&guest, now); step++) {
        size_t room, length = (unsigned char)rest.at[0];
        char *to = silence_guest_room(&guest, &room);
        now += (int64_t)1 << (rest.at[1] & 31);
        rest = (struct span){rest.at + 2, rest.length - 2};
        length = length < rest.length ? length : rest.length;
        length = length < room ? length : room;
        PROPERTY(room >= 1 && to >= guest.request && to + room <= guest.request + sizeof guest.request);
        memcpy(to, rest.at, length);
        rest = (struct span){rest.at + length, rest.length - length};
        if (length && !silence_guest_hear(&guest, length, now))
            return;
        spoken += silence_guest_is_due(&guest, now);
        PROPERTY(spoken <= 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    numbers((struct span){(const char *)data, size});
    guest((struct span){(const char *)data, size});
    return 0;
}
