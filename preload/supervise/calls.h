/*
 * calls: the system calls that start a connection or set an option, and what a notification says of
 * one.
 *
 * Used by supervise's filter (the numbers) and server (the arguments). It reads the other process's memory
 * and changes nothing.
 */
#ifndef PRELOAD_SUPERVISE_CALLS_H
#define PRELOAD_SUPERVISE_CALLS_H

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

enum supervise_call_kind {
    SUPERVISE_CALL_CONNECT, /* connect(2); also sendto(2) with MSG_FASTOPEN */
    SUPERVISE_CALL_MESSAGE, /* sendmsg(2), sendmmsg(2) with MSG_FASTOPEN: the address is in a struct msghdr */
    SUPERVISE_CALL_LISTEN,
    SUPERVISE_CALL_SETSOCKOPT,
    SUPERVISE_CALL_RING,    /* io_uring_setup(2): nothing is seen of what is done there */
    SUPERVISE_CALL_PROCESS, /* setsockopt(2) of the library, which says that its process is there */
};

struct supervise_call_number {
    uint32_t number;
    uint8_t kind;
    uint8_t flags_argument;   /* only with MSG_FASTOPEN in it is it one of ours; 0: always */
    uint8_t address_argument; /* of a sockaddr and, one further, its length */
};

enum { SUPERVISE_CALLS = 7, SUPERVISE_SOCKETCALLS = 6, SUPERVISE_SOCKETCALL = 102 };

/* One way into the kernel. */
struct supervise_abi {
    uint32_t architecture; /* AUDIT_ARCH_X86_64 ... */
    bool narrow;           /* 32-bit pointers */
    bool socketcall;       /* has socketcall(2) too */
    struct supervise_call_number call[SUPERVISE_CALLS];
};

extern const struct supervise_abi supervise_abis[];
extern const size_t supervise_abi_count; /* 0 on machines that are not known */
extern const struct supervise_call_number supervise_socketcalls[SUPERVISE_SOCKETCALLS];

/* What a notification asks for. Numbers are the program's own and may be nonsense. */
struct supervise_call {
    enum supervise_call_kind kind;
    int fd;
    uint64_t address; /* in the program: of a sockaddr, or of setsockopt's value */
    uint32_t length;
    int level, name; /* setsockopt's */
};

/* False when it is none of ours, or when the program's memory does not tell. */
bool supervise_call_read(const struct seccomp_notif *notification, struct supervise_call *call);
#endif
