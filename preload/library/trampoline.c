#include "preload/library/trampoline.h"
#include "preload/library/deepbind.h"
#include "preload/library/follow.h"
#include "preload/library/real.h"
#include "preload/library/start.h"
#include "preload/library/syscalls.h"
#include <dlfcn.h>
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where the two that are called often jump to, once that is known; until then they ask trampoline_choose. */
void *trampoline_target[TRAMPOLINE_DLOPEN + 1];

/* For a program that found our name where the C library has none. */
static long no_such_function(void)
{
    errno = ENOSYS;
    return -1;
}

static void *no_such_object(void)
{
    return NULL;
}

static void *next(enum real_id id)
{
    void *address = real_find(id);
    if (!address)
        return id == REAL_dlopen ? (void *)no_such_object : (void *)no_such_function;
    return address;
}

void *trampoline_choose(int id, long first, long second, const void *caller)
{
    static const uint8_t real[] = {REAL_syscall, REAL_dlopen, REAL_execl, REAL_execle, REAL_execlp};
    int saved_errno = errno;
    bool ours =
        id == TRAMPOLINE_SYSCALL ? syscalls_concern(first) : id != TRAMPOLINE_DLOPEN || second & TRAMPOLINE_DEEPBIND;
    /* Allocators call syscall while they are not ready yet: what is not ours to see must not start anything. */
    const struct policy *policy = ours ? start_policy() : NULL;
    void *target = next(real[id]);
    if (id <= TRAMPOLINE_DLOPEN)
        __atomic_store_n(&trampoline_target[id], target, __ATOMIC_RELAXED);
    if (policy && id == TRAMPOLINE_SYSCALL)
        target = syscalls_make;
    else if (policy && id == TRAMPOLINE_DLOPEN && deepbind_concerns((const char *)first, (int)second, caller))
        target = deepbind_open;
    else if (policy && id > TRAMPOLINE_DLOPEN)
        target = id == TRAMPOLINE_EXECL    ? (void *)follow_execl
                 : id == TRAMPOLINE_EXECLE ? (void *)follow_execle
                                           : (void *)follow_execlp;
    errno = saved_errno;
    return target;
}
