#include "preload/remote/cover.h"
#include "preload/apply.h"
#include "preload/facts.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

void cover_begin(struct cover *cover, const struct policy *policy)
{
    int untouched = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *cover = (struct cover){.policy = policy};
    apply_read_system(untouched, &cover->system);
    if (untouched >= 0)
        close(untouched);
}

int cover_setsockopt(int fd, int level, int name, const void *value, socklen_t length, long mark)
{
    return (int)syscall(SYS_setsockopt, fd, level, name, value, length, mark);
}

const char *cover_why(const struct cover *cover)
{
    return cover->error == COVER_NOT_TAKEN ? "the values do not take: something else answers for it"
                                           : strerror(cover->error);
}

/* Of the options that the kernel shows (those of a live connection); MPTCP has no user timeout to compare. */
static bool stands(const struct plan *plan, const struct socket_values *now)
{
    bool same = now->keepalive || !plan->keepalive;
    for (enum setting_id id = SETTING_IDLE; id < KEEPALIVE_COUNT; id++)
        if (plan->set & 1u << id && now->value[id] != VALUE_UNSET)
            same = same && now->value[id] == plan->value[id];
    return same;
}

static enum cover_outcome set(struct cover *cover, const struct plan *plan, int fd)
{
    struct socket_values now;
    int error = apply_plan(plan, fd, false, cover_setsockopt);
    if (error == APPLY_NO_TCP)
        return COVER_NOT_TCP;
    if (error == 0 || error == ENOPROTOOPT) { /* MPTCP merely lacks one */
        if (!apply_read(fd, &now))            /* who says yes to everything says it of pipes, too */
            return COVER_NOT_TCP;
        error = stands(plan, &now) ? 0 : COVER_NOT_TAKEN;
    }
    cover->error = error;
    return error ? COVER_REFUSED : COVER_SET;
}

static enum cover_outcome cover_with_past(struct cover *cover, int fd, bool spare, bool found)
{
    struct socket_values now;
    struct plan left = cover->plan;
    if (!facts_is_tcp(fd) || !apply_read(fd, &now))
        return COVER_NOT_TCP;
    bool timed = cover->plan.set & ((1u << KEEPALIVE_COUNT) - 1);
    if (found && cover->policy->mode == MODE_RESPECT && plan_found_off(&now, &cover->system, timed))
        return COVER_LEFT;
    plan_reconcile(&left, cover->policy->mode, &now, &cover->system);
    return spare && stands(&left, &now) ? COVER_STANDS : set(cover, &left, fd);
}

static enum cover_outcome cover_fd(struct cover *cover, const struct facts *facts, int fd, bool spare)
{
    plan_make(cover->policy, facts, &cover->plan);
    if (!cover->plan.covered)
        return facts_is_tcp(fd) ? COVER_LEFT : COVER_NOT_TCP;
    if (spare || cover->policy->mode != MODE_ENFORCE)
        return cover_with_past(cover, fd, spare, facts->found);
    return set(cover, &cover->plan, fd);
}

enum cover_outcome cover_socket(struct cover *cover, const struct facts *facts, int fd)
{
    return cover_fd(cover, facts, fd, false);
}

enum cover_outcome cover_again(struct cover *cover, const struct facts *facts, int fd)
{
    return cover_fd(cover, facts, fd, true);
}
