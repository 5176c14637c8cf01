#include "preload/library/own_calls.h"
#include "preload/apply.h"
#include "preload/library/cover.h"
#include "preload/library/real.h"
#include "preload/library/report_socket.h"
#include "preload/library/start.h"
#include <errno.h>

#define EXPORT __attribute__((visibility("default")))

/* Which value stands: in core's units, SO_KEEPALIVE as 0 or 1. */
static int32_t judge(const struct policy *policy, const struct own_call *call, int asked)
{
    if (call->option == APPLY_KEEPALIVE)
        return 1;
    enum setting_id id = (enum setting_id)call->option;
    return plan_answer(policy->mode, call->plan.value[id], apply_to_core(id, call->before), apply_to_core(id, asked));
}

void own_calls_before(const struct policy *policy, struct own_call *call, int fd, int level, int name)
{
    socklen_t length = sizeof call->before;
    int saved_errno = errno;
    call->fd = fd;
    call->level = level;
    call->name = name;
    call->option = apply_option(level, name);
    bool ours = call->option <= (int)SETTING_USER_TIMEOUT || call->option == APPLY_KEEPALIVE;
    call->governed = ours && policy->mode != MODE_RESPECT && getsockopt(fd, level, name, &call->before, &length) == 0 &&
                     cover_governs(policy, fd, call->option, &call->plan);
    errno = saved_errno;
}

void own_calls_after(const struct policy *policy, const struct own_call *call, const int *asked)
{
    bool keepalive = call->option == APPLY_KEEPALIVE;
    enum setting_id id = (enum setting_id)call->option;
    int32_t stands = judge(policy, call, *asked);
    int value = keepalive ? stands : apply_to_kernel(id, stands);
    int saved_errno = errno;
    if (value != *asked)
        REAL(setsockopt)(call->fd, call->level, call->name, &value, sizeof value);
    report_answer(policy->mode, call->fd, call->option, keepalive ? *asked != 0 : apply_to_core(id, *asked), stands);
    errno = saved_errno;
}

EXPORT int setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
    const struct policy *policy = start_policy();
    struct own_call call = {.governed = false};
    if (policy)
        own_calls_before(policy, &call, fd, level, name);
    int result = REAL(setsockopt)(fd, level, name, value, length);
    if (result == 0 && call.governed)
        own_calls_after(policy, &call, value);
    return result;
}

#if REAL_HAS_TIME64
EXPORT __attribute__((alias("setsockopt"), nothrow, leaf)) int __setsockopt64(int, int, int, const void *, socklen_t);
#endif
