/*
 * options: the program's own setsockopt calls on keepalive, answered as TCPALIVE_MODE says.
 *
 * The program's call is made first, so that a wrong one gets the kernel's own error; what may not stand is put right after.
 */
#include "preload/library/real.h"
#include "preload/library/report.h"
#include "preload/library/settle.h"
#include "preload/library/start.h"
#include "preload/apply.h"
#include "core/log.h"
#include <errno.h>

#define EXPORT __attribute__((visibility("default")))

struct call {
    int fd, level, name;
    int option; /* a setting_id, or APPLY_KEEPALIVE */
};

static const char *name_of(const struct call *call)
{
    static const char names[][17] = {"TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT"};
    return call->option == APPLY_KEEPALIVE ? "SO_KEEPALIVE" : names[call->option];
}

/* Which value stands: in core's units, SO_KEEPALIVE as 0 or 1. */
static int32_t judge(const struct policy *policy, const struct plan *plan, const struct call *call, int before, int asked)
{
    if (call->option == APPLY_KEEPALIVE)
        return 1;
    enum setting_id id = (enum setting_id)call->option;
    return plan_answer(policy->mode, plan->value[id], apply_to_core(id, before), apply_to_core(id, asked));
}

static void report_answer(const struct policy *policy, const struct call *call, int32_t asked, int32_t stands)
{
    char line[256];
    struct text text = text_in(line, sizeof line);
    bool keepalive = call->option == APPLY_KEEPALIVE;
    if (!report_wants(LEVEL_DEBUG))
        return;
    log_answer(&text, policy->mode, call->fd, name_of(call), keepalive ? SETTING_FOLLOW : (enum setting_id)call->option, asked, stands);
    report(LEVEL_DEBUG, line);
}

/* The program's call has succeeded: puts right what may not stand. */
static void answer(const struct policy *policy, const struct plan *plan, const struct call *call, int before, int asked)
{
    bool keepalive = call->option == APPLY_KEEPALIVE;
    enum setting_id id = (enum setting_id)call->option;
    int32_t stands = judge(policy, plan, call, before, asked);
    int value = keepalive ? stands : apply_to_kernel(id, stands);
    if (value != asked)
        REAL(setsockopt)(call->fd, call->level, call->name, &value, sizeof value);
    report_answer(policy, call, keepalive ? asked != 0 : apply_to_core(id, asked), stands);
}

EXPORT int setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
    const struct policy *policy = start_policy();
    const struct call call = {fd, level, name, apply_option(level, name)};
    bool keepalive = call.option <= (int)SETTING_USER_TIMEOUT || call.option == APPLY_KEEPALIVE;
    if (!policy || policy->mode == MODE_RESPECT || !keepalive)
        return REAL(setsockopt)(fd, level, name, value, length);
    int saved_errno = errno, before = 0;
    socklen_t before_length = sizeof before;
    struct plan plan;
    bool governed = getsockopt(fd, level, name, &before, &before_length) == 0 && settle_governs(policy, fd, &plan);
    errno = saved_errno;
    int result = REAL(setsockopt)(fd, level, name, value, length);
    if (result == 0 && governed) {
        saved_errno = errno;
        answer(policy, &plan, &call, before, *(const int *)value);
        errno = saved_errno;
    }
    return result;
}

#if REAL_HAS_TIME64
EXPORT __attribute__((alias("setsockopt"), nothrow, leaf)) int __setsockopt64(int, int, int, const void *, socklen_t);
#endif
