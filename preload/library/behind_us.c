/*
 * behind_us: what the library asks of the C library itself, by the functions' own names, is asked of the definitions
 * behind it. In front of it a program may have a function of such a name that means something else.
 *
 * Hidden: nobody outside the library finds these.
 */
#include "preload/library/lookup.h"
#include <sys/socket.h>

/*
 * Found by the first who asks; every thread finds the same. Nothing is behind the library where the program opened it
 * by itself: then it stands in front of no call, and knows of no descriptor.
 */
#define BEHIND_US(name, ...)                                                                                           \
    ({                                                                                                                 \
        static void *found;                                                                                            \
        void *address = __atomic_load_n(&found, __ATOMIC_RELAXED);                                                     \
        if (!address)                                                                                                  \
            __atomic_store_n(&found, address = lookup_behind_us(#name), __ATOMIC_RELAXED);                             \
        address ? ((typeof(&name))address)(__VA_ARGS__) : -1;                                                          \
    })

int getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
    return BEHIND_US(getsockopt, fd, level, name, value, length);
}

int getsockname(int fd, struct sockaddr *name, socklen_t *length)
{
    return BEHIND_US(getsockname, fd, name, length);
}

int getpeername(int fd, struct sockaddr *name, socklen_t *length)
{
    return BEHIND_US(getpeername, fd, name, length);
}
