#include "preload/command/cover.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "preload/apply.h"
#include "preload/facts.h"

void cover_begin(struct cover *cover, const struct policy *policy)
{
    int untouched = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *cover = (struct cover){.policy = policy};
    apply_read_system(untouched, &cover->system);
    if (untouched >= 0)
        close(untouched);
}

/* Some raw sockets have TCP's protocol number. */
static bool is_tcp_stream(int fd)
{
    int type = 0;
    socklen_t length = sizeof type;
    return facts_is_tcp(fd) && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 &&
           type == SOCK_STREAM;
}

static bool anything_set;

static int set_and_note(int fd, int level, int name, const void *value, socklen_t length)
{
    int result = setsockopt(fd, level, name, value, length);
    anything_set = anything_set || result == 0;
    return result;
}

static enum cover_outcome set(struct cover *cover, const struct plan *plan, int fd)
{
    anything_set = false;
    int error = apply_plan(plan, fd, false, set_and_note);
    if (error == 0)
        return anything_set ? COVER_SET : COVER_NOT_TCP;
    if (!is_tcp_stream(fd))
        return COVER_NOT_TCP;
    if (error == ENOPROTOOPT) /* MPTCP merely lacks one */
        return COVER_SET;
    cover->error = error;
    return COVER_REFUSED;
}

/* Of the options that the kernel shows (those of a live connection); MPTCP has no user timeout to compare. */
static bool stands(const struct plan *plan, const struct socket_values *now)
{
    bool same = now->keepalive;
    for (enum setting_id id = SETTING_IDLE; id <= SETTING_USER_TIMEOUT; id++)
        if (plan->set & 1u << id && now->value[id] != VALUE_UNSET)
            same = same && now->value[id] == plan->value[id];
    return same;
}

static enum cover_outcome cover_with_past(struct cover *cover, int fd, bool spare)
{
    struct socket_values now;
    struct plan left = cover->plan;
    if (!is_tcp_stream(fd) || !apply_read(fd, &now))
        return COVER_NOT_TCP;
    plan_reconcile(&left, cover->policy->mode, &now, &cover->system);
    return spare && stands(&left, &now) ? COVER_STANDS : set(cover, &left, fd);
}

static enum cover_outcome cover_fd(struct cover *cover, const struct facts *facts, int fd, bool spare)
{
    plan_make(cover->policy, facts, &cover->plan);
    if (!cover->plan.covered)
        return is_tcp_stream(fd) ? COVER_LEFT : COVER_NOT_TCP;
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
