#include "silence_guest.h"

/*
 * After it was spoken to, or should have been, it is kept for a minute: the answer may have to be said again and again.
 */
enum { AFTERWARDS_MS = 60000 };

struct silence_guest silence_guest_at(int64_t now)
{
    return (struct silence_guest){.ends_at = now + SILENCE_REQUEST_MAX};
}

/* Where its next bytes go, and how many may come: 1 at least, though more than it may say then ends it. */
static char *room_of(struct silence_guest *guest, size_t *room)
{
    size_t used = guest->came < sizeof guest->request ? guest->came : sizeof guest->request - 1;
    *room = sizeof guest->request - used;
    return guest->request + used;
}

static bool hear(struct silence_guest *guest, size_t count, int64_t now)
{
    int32_t ms;
    if (guest->asked)
        return false;
    guest->came += count;
    switch (silence_request_read((struct span){guest->request, guest->came}, &ms)) {
    case SILENCE_REQUEST_WRONG:
        return false;
    case SILENCE_REQUEST_SHORT:
        return guest->came < sizeof guest->request;
    case SILENCE_REQUEST_WHOLE:
        guest->asked = true;
        guest->speaks_at = now + ms;
        guest->ends_at = guest->speaks_at + AFTERWARDS_MS;
    }
    return true;
}

static bool is_due(struct silence_guest *guest, int64_t now)
{
    bool due = guest->speaks_at && now >= guest->speaks_at;
    if (due)
        guest->speaks_at = 0;
    return due;
}

bool silence_guest_turn(struct silence_guest *guest, size_t at, bool comes, int64_t now,
                        const struct silence_line *line)
{
    size_t room;
    if (is_due(guest, now))
        line->send(at, silence_answer, span_of(silence_answer).length);
    if (now >= guest->ends_at)
        return false;
    if (!comes)
        return true;
    char *to = room_of(guest, &room);
    int count = line->receive(at, to, room);
    return count == 0 || (count > 0 && hear(guest, (size_t)count, now));
}
