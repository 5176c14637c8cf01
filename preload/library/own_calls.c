#include "preload/library/own_calls.h"
#include "preload/apply.h"
#include "preload/library/cover.h"
#include "preload/library/memory.h"
#include "preload/library/real.h"
#include "preload/library/report_socket.h"
#include "preload/library/start.h"
#include <errno.h>
#include <netinet/in.h>

#define EXPORT __attribute__((visibility("default")))

/* Which value of an option stands, in core's units. */
static int32_t judge(enum mode mode, const struct plan *plan, int fd, int name, enum setting_id id, int32_t asked)
{
    int before = 0;
    socklen_t length = sizeof before;
    if (value_leaves_alone(plan->value[id]))
        getsockopt(fd, IPPROTO_TCP, name, &before, &length);
    return plan_answer(mode, id, plan->value[id], apply_to_core(id, before), asked);
}

void own_calls_answer(const struct policy *policy, int fd, int level, int name, struct own_call *call)
{
    const int *asked = call->value;
    int saved_errno = errno, option = apply_option(level, name);
    enum setting_id id = (enum setting_id)option;
    struct plan plan;
    if (!apply_is_programs_own(option))
        return;
    if (policy->mode == MODE_RESPECT) {
        call->mark = APPLY_MARK; /* who would have to respect it knows */
        if (!policy->under_rules)
            return;
    }
    if ((int)call->length < (int)sizeof *asked)
        return;
    if (!memory_readable(asked, sizeof *asked) || !apply_takes(option, *asked)) {
        /* the kernel refuses it */
    } else if (!cover_governs(policy, fd, &plan)) {
        notes_add(&cover_notes, fd, option, *asked);
    } else if (policy->mode != MODE_RESPECT) {
        bool keepalive = option == APPLY_KEEPALIVE; /* stays on in both modes that are left */
        int32_t wish = keepalive ? *asked != 0 : apply_to_core(id, *asked);
        int32_t stands = keepalive ? 1 : judge(policy->mode, &plan, fd, name, id, wish);
        report_answer(policy->mode, fd, option, wish, stands);
        call->mark = APPLY_MARK;
        if (stands != wish) {
            call->stands = keepalive ? 1 : apply_to_kernel(id, stands);
            call->value = &call->stands;
            call->length = sizeof call->stands;
        }
    }
    errno = saved_errno;
}

EXPORT int setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
    const struct policy *policy = start_policy();
    struct own_call call = {.value = value, .length = length};
    if (policy)
        own_calls_answer(policy, fd, level, name, &call);
    return REAL_SETSOCKOPT(fd, level, name, call.value, call.length, call.mark);
}

#if REAL_HAS_TIME64
EXPORT __attribute__((alias("setsockopt"), nothrow, leaf)) int __setsockopt64(int, int, int, const void *, socklen_t);
#endif
