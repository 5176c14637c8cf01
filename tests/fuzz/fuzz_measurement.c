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

static struct silence_guest guest;
static struct span left;
static size_t piece;
static unsigned spoken;

static int receive(size_t at, char *to, size_t room)
{
    size_t length = piece < left.length ? piece : left.length;
    length = length < room ? length : room;
    PROPERTY(at == 0 && room >= 1 && to >= guest.request && to + room <= guest.request + sizeof guest.request);
    memcpy(to, left.at, length);
    left = (struct span){left.at + length, left.length - length};
    return (int)length;
}

static void answer(size_t at, const char *text, size_t length)
{
    PROPERTY(at == 0 && strlen(text) == length);
    spoken++;
}

/* Each piece begins with a byte of its length and one of the time that passes before it. */
static void serve(struct span bytes)
{
    static const struct silence_line line = {receive, answer};
    int64_t now = 1;
    bool stays = true;
    left = bytes;
    spoken = 0;
    guest = silence_guest_at(now);
    for (int step = 0; step < STEPS_MAX && left.length >= 2 && stays; step++) {
        piece = (unsigned char)left.at[0];
        now += (int64_t)1 << (left.at[1] & 31);
        left = (struct span){left.at + 2, left.length - 2};
        stays = silence_guest_turn(&guest, 0, piece > 0, now, &line);
        PROPERTY(spoken <= 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    numbers((struct span){(const char *)data, size});
    serve((struct span){(const char *)data, size});
    return 0;
}
