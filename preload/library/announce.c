#include "preload/library/announce.h"
#include "preload/apply.h"
#include "preload/library/real.h"
#include "preload/raw.h"
#include <errno.h>

bool announce_wanted;

void announce_prepare(const struct policy *policy)
{
    bool unknown = policy->under_rules && !policy->rules_are_read;
    __atomic_store_n(&announce_wanted, unknown || policy_looks_again(policy), __ATOMIC_RELAXED);
}

/* A child of fork(2) has another number. Without a supervisor the call is one on no descriptor. */
void announce_process(void)
{
    static int announced;
    const int on = 1;
    int saved_errno = errno, pid = (int)RAW(getpid, 0, 0, 0, 0, 0);
    if (__atomic_load_n(&announced, __ATOMIC_RELAXED) == pid)
        return;
    int tries = 8; /* a signal may come before the supervisor */
    while (REAL_SETSOCKOPT(-1, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on, APPLY_MARK_PROCESS) != 0 && errno == EINTR &&
           --tries)
        ;
    if (tries)
        __atomic_store_n(&announced, pid, __ATOMIC_RELAXED);
    errno = saved_errno;
}
