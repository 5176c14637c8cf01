#include "preload/remote/cover.h"
#include "preload/apply.h"
#include "preload/facts.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

void cover_begin(struct cover *cover, const struct policy *policy)
{
    int untouched = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *cover = (struct cover){.policy = policy};
    apply_read_system(untouched, &cover->system);
    if (untouched >= 0)
        close(untouched);
}

static enum cover_outcome set(struct cover *cover, const struct plan *plan, int fd)
{
    int error = apply_plan(plan, fd, false, setsockopt);
    if (error == APPLY_NO_TCP)
        return COVER_NOT_TCP;
    if (error == 0 || error == ENOPROTOOPT) /* MPTCP merely lacks one */
        return COVER_SET;
    cover->error = error;
    return COVER_REFUSED;
}

/* Of the options that the kernel shows (those of a live connection); MPTCP has no user timeout to compare. */
static bool stands(const struct plan *plan, const struct socket_values *now)
{
    bool same = now->keepalive;
    for (enum setting_id id = SETTING_IDLE; id < KEEPALIVE_COUNT; id++)
        if (plan->set & 1u << id && now->value[id] != VALUE_UNSET)
            same = same && now->value[id] == plan->value[id];
    return same;
}

static enum cover_outcome cover_with_past(struct cover *cover, int fd, bool spare)
{
    struct socket_values now;
    struct plan left = cover->plan;
    if (!facts_is_tcp(fd) || !apply_read(fd, &now))
        return COVER_NOT_TCP;
    plan_reconcile(&left, cover->policy->mode, &now, &cover->system);
    return spare && stands(&left, &now) ? COVER_STANDS : set(cover, &left, fd);
}

static enum cover_outcome cover_fd(struct cover *cover, const struct facts *facts, int fd, bool spare)
{
    plan_make(cover->policy, facts, &cover->plan);
    if (!cover->plan.covered)
        return facts_is_tcp(fd) ? COVER_LEFT : COVER_NOT_TCP;
    if (spare || cover->policy->mode != MODE_ENFORCE)
        return cover_with_past(cover, fd, spare);
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
