#include "silence_guest.h"

/*
 * After it was spoken to, or should have been, it is kept for a minute: the answer may have to be said again and again.
 */
enum { AFTERWARDS_MS = 60000 };

struct silence_guest silence_guest_at(int64_t now)
{
    return (struct silence_guest){.ends_at = now + SILENCE_REQUEST_MAX};
}

char *silence_guest_room(struct silence_guest *guest, size_t *room)
{
    size_t used = guest->came < sizeof guest->request ? guest->came : sizeof guest->request - 1;
    *room = sizeof guest->request - used;
    return guest->request + used;
}

bool silence_guest_hear(struct silence_guest *guest, size_t count, int64_t now)
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

bool silence_guest_is_due(struct silence_guest *guest, int64_t now)
{
    bool due = guest->speaks_at && now >= guest->speaks_at;
    if (due)
        guest->speaks_at = 0;
    return due;
}

bool silence_guest_stays(const struct silence_guest *guest, int64_t now)
{
    return now < guest->ends_at;
}
