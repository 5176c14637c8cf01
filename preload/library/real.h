/*
 * real: the next definition of each hooked function, behind ours.
 *
 * Used by the hooks. Found with dlsym(RTLD_NEXT), so that other interposers behind us stay in force; where libdl is not
 * loaded (glibc before 2.34), by walking the loaded objects. Looked up at load and, for calls that come before our
 * constructor, on first use: without a lock, since every thread finds the same address.
 */
#ifndef PRELOAD_LIBRARY_REAL_H
#define PRELOAD_LIBRARY_REAL_H

#include <sys/socket.h>

/* Every function that the library defines in front of the C library. Nothing else is exported. */
#define REAL_FUNCTIONS(X)                                                                                     \
    X(socket)                                                                                                 \
    X(connect)                                                                                                \
    X(listen)                                                                                                 \
    X(accept)                                                                                                 \
    X(accept4)                                                                                                \
    X(setsockopt)                                                                                             \
    X(sendto)                                                                                                 \
    X(sendmsg)                                                                                                \
    X(sendmmsg)                                                                                               \
    X(recvmsg)                                                                                                \
    X(recvmmsg)

enum real_id {
#define X(name) REAL_##name,
    REAL_FUNCTIONS(X)
#undef X
    REAL_COUNT
};

/* Where they have been found so far. */
extern void *real_found[REAL_COUNT] __attribute__((visibility("hidden")));

/* The next definition; NULL when no object behind ours has one. */
void *real_find(enum real_id id);

/* The prototype comes from the C library's own header. */
#define REAL(name) ((typeof(&name))real_find(REAL_##name))

/* The same without a look-up, for what is surely found: the calls of a C library once the policy is in force. */
#define REAL_BOUND(name) ((typeof(&name))real_found[REAL_##name])

/* Looks all of them up. */
void real_bind(void);

#endif
