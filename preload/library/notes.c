#include "preload/library/notes.h"
#include "preload/apply.h"
#include <sys/socket.h>

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

enum { NOTES = 64 };

static struct note {
    uint64_t socket; /* 0: none */
    uint16_t said;
    bool said_off;
} notes_made[NOTES];

static unsigned written;

static uint64_t number_of(int fd)
{
    uint64_t number = 0;
    socklen_t length = sizeof number;
    return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &number, &length) == 0 ? number : 0;
}

static struct note *find(uint64_t socket)
{
    for (struct note *note = notes_made; note < notes_made + NOTES; note++)
        if (__atomic_load_n(&note->socket, __ATOMIC_ACQUIRE) == socket)
            return note;
    return NULL;
}

void notes_add(int fd, int option, int value)
{
    uint64_t socket = number_of(fd);
    struct note *note = socket ? find(socket) : NULL;
    if (!socket)
        return;
    if (!note) {
        note = &notes_made[__atomic_fetch_add(&written, 1, __ATOMIC_RELAXED) % NOTES];
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

bool notes_read(int fd, struct socket_values *values)
{
    uint64_t socket = __atomic_load_n(&written, __ATOMIC_RELAXED) ? number_of(fd) : 0;
    const struct note *note = socket ? find(socket) : NULL;
    if (!note)
        return false;
    values->said = __atomic_load_n(&note->said, __ATOMIC_RELAXED);
    values->said_off = __atomic_load_n(&note->said_off, __ATOMIC_RELAXED);
    return true;
}
