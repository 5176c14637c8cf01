/*
 * real: the next definition of each hooked function, behind ours.
 *
 * Used by the hooks. Looked up on first use, without a lock, since every thread finds the same address; other
 * interposers behind us stay in force.
 */
#ifndef PRELOAD_LIBRARY_REAL_H
#define PRELOAD_LIBRARY_REAL_H

#include <stdio.h>
#include <sys/socket.h>

/* What sendmmsg and recvmmsg take as flags is declared as int by glibc and as unsigned by musl. */
#ifdef __GLIBC__
typedef int many_flags;
#else
typedef unsigned many_flags;
#endif

/* Not every C library has it, and not every one that has it declares it. */
int execveat(int folder, const char *path, char *const argv[], char *const envp[], int flags);

/*
 * The names under which 32-bit programs built for times of 64 bits call the same (glibc from 2.34 on; the last one is
 * musl's). What are aliases in the C library are aliases here.
 */
#if __SIZEOF_POINTER__ == 4 && !defined __x86_64__
#define REAL_HAS_TIME64 1
ssize_t __recvmsg64(int fd, struct msghdr *message, int flags);
int __recvmmsg64(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout);
int __recvmmsg_time64(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout);
#define REAL_TIME64(X)                                                                                                 \
    X(__recvmsg64)                                                                                                     \
    X(__recvmmsg64)                                                                                                    \
    X(__recvmmsg_time64)
#else
#define REAL_HAS_TIME64 0
#define REAL_TIME64(X)
#endif

/*
 * Every function that the library defines in front of the C library, by the file that holds it. Nothing
 * else is exported.
 */
#define REAL_FUNCTIONS(X)                                                                                              \
    REAL_HOOKS(X) REAL_OWN_CALLS(X) REAL_RECEIVE(X) REAL_TRAMPOLINE(X) REAL_EXEC(X) REAL_SHELL(X) REAL_SANDBOX(X)

#define REAL_HOOKS(X)      X(socket) X(connect) X(listen) X(accept) X(accept4) X(sendto) X(sendmsg) X(sendmmsg)
#define REAL_OWN_CALLS(X)  X(setsockopt)
#define REAL_RECEIVE(X)    X(recvmsg) X(recvmmsg) REAL_TIME64(X)
#define REAL_TRAMPOLINE(X) X(syscall) X(dlopen) X(execl) X(execle) X(execlp)
#define REAL_EXEC(X)       X(execv) X(execve) X(execvp) X(execvpe) X(fexecve) X(execveat) X(posix_spawn) X(posix_spawnp)
#define REAL_SHELL(X)      X(system) X(popen)
#define REAL_SANDBOX(X)    X(prctl)

enum real_id {
#define X(name) REAL_##name,
    REAL_FUNCTIONS(X)
#undef X
        REAL_COUNT
};

/* Where they have been found so far. */
extern void *real_found[REAL_COUNT] __attribute__((visibility("hidden")));

/* The next definition, looked up where it has not been found yet; NULL when no object behind ours has one. */
void *real_find(enum real_id id);

static inline __attribute__((always_inline)) void *real(enum real_id id)
{
    void *address = __atomic_load_n(&real_found[id], __ATOMIC_RELAXED);
    return address ? address : real_find(id);
}

/* The prototype comes from the C library's own header. */
#define REAL(name) ((typeof(&name))real(REAL_##name))

/* setsockopt behind us, as preload/apply.h calls it. */
#define REAL_SETSOCKOPT       ((apply_setsockopt *)real(REAL_setsockopt))
#define REAL_BOUND_SETSOCKOPT ((apply_setsockopt *)real_found[REAL_setsockopt])

/* The same without a look-up, for what is surely found: the calls of a C library once the policy is in force. */
#define REAL_BOUND(name) ((typeof(&name))real_found[REAL_##name])

/* Looks up those that are called by REAL_BOUND. */
void real_bind(void);

const char *real_name(enum real_id id);

#endif
