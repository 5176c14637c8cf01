#include "preload/notes.h"
#include "preload/apply.h"
#include <sys/socket.h>

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

static uint64_t number_of(int fd)
{
    uint64_t number = 0;
    socklen_t length = sizeof number;
    return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &number, &length) == 0 ? number : 0;
}

static struct note *find(const struct notes *notes, uint64_t socket)
{
    for (struct note *note = notes->note; note < notes->note + notes->count; note++)
        if (__atomic_load_n(&note->socket, __ATOMIC_ACQUIRE) == socket)
            return note;
    return NULL;
}

void notes_add(struct notes *notes, int fd, int option, int value)
{
    uint64_t socket = number_of(fd);
    struct note *note = socket ? find(notes, socket) : NULL;
    if (!socket)
        return;
    if (!note) {
        note = &notes->note[__atomic_fetch_add(&notes->written, 1, __ATOMIC_RELAXED) % notes->count];
        __atomic_store_n(&note->socket, 0, __ATOMIC_RELEASE);
        __atomic_store_n(&note->said, 0, __ATOMIC_RELEASE);
        __atomic_store_n(&note->said_off, false, __ATOMIC_RELEASE);
        __atomic_store_n(&note->socket, socket, __ATOMIC_RELEASE);
    }
    if (option == APPLY_KEEPALIVE)
        __atomic_store_n(&note->said_off, !value, __ATOMIC_RELAXED);
    else
        __atomic_fetch_or(&note->said, (uint16_t)(1u << option), __ATOMIC_RELAXED);
}

bool notes_read(const struct notes *notes, int fd, struct socket_values *values)
{
    uint64_t socket = __atomic_load_n(&notes->written, __ATOMIC_RELAXED) ? number_of(fd) : 0;
    const struct note *note = socket ? find(notes, socket) : NULL;
    if (!note)
        return false;
    values->said = __atomic_load_n(&note->said, __ATOMIC_RELAXED);
    values->said_off = __atomic_load_n(&note->said_off, __ATOMIC_RELAXED);
    return true;
}
