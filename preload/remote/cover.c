#include "preload/remote/cover.h"
#include "preload/apply.h"
#include "preload/facts.h"
#include "preload/newer_kernel.h"
#include "preload/remote/netns.h"
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static uint64_t cookie_of(int fd)
{
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;
    return getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) == 0 ? cookie : 0;
}

/*
 * What sets the options of connecting and accepting back, tcp(7): the number of SYNs of an untouched socket; 0 for the
 * next two. A window's bound has no such value on a socket that listens or is connected.
 */
static void read_others(int untouched, struct socket_values *values)
{
    int count;
    socklen_t length = sizeof count;
    bool known = getsockopt(untouched, IPPROTO_TCP, apply_name(SETTING_SYNCNT), &count, &length) == 0;
    values->value[SETTING_SYNCNT] = known ? count : VALUE_UNSET;
    values->value[SETTING_WINDOW_CLAMP] = VALUE_UNSET;
    values->value[SETTING_DEFER_ACCEPT] = values->value[SETTING_MAXSEG] = 0;
}

/* Reads a fresh socket, and closes it. */
static void read_namespace(struct cover_namespace *namespace, int untouched)
{
    namespace->cookie = cookie_of(untouched);
    apply_read_system(untouched, &namespace->values);
    read_others(untouched, &namespace->values);
    if (untouched >= 0)
        close(untouched);
}

void cover_begin(struct cover *cover, const struct policy *policy)
{
    *cover = (struct cover){.policy = policy};
    read_namespace(&cover->own, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    cover->system = cover->own.values;
}

/*
 * Of the namespace in which the socket was made, whatever its process entered later; of ours where that is not allowed.
 */
static const struct socket_values *system_of(struct cover *cover, int fd)
{
    uint64_t cookie = cookie_of(fd);
    if (!cookie || cookie == cover->own.cookie)
        return &cover->own.values;
    for (unsigned i = 0; i < cover->met && i < COVER_NAMESPACES; i++)
        if (cover->known[i].cookie == cookie)
            return &cover->known[i].values;
    struct cover_namespace *namespace = &cover->known[cover->met % COVER_NAMESPACES];
    int netns = netns_of_socket(fd);
    int untouched = netns < 0 ? -1 : netns_make_socket(netns, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (netns >= 0)
        close(netns);
    if (untouched < 0)
        return &cover->own.values;
    read_namespace(namespace, untouched);
    cover->met++;
    return &namespace->values;
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

/*
 * Reads back what was set, of the options that the kernel shows as they were set. Who says yes to everything says it of
 * other sockets, too: those are COVER_NOT_TCP.
 */
static enum cover_outcome read_back(const struct plan *plan, int fd)
{
    struct apply_steps steps;
    apply_prepare(plan, &steps);
    for (const struct apply_step *step = steps.step; step < steps.step + steps.count; step++) {
        int value, option = apply_option(step->level, step->name);
        socklen_t length = sizeof value;
        if (option != APPLY_KEEPALIVE && option >= KEEPALIVE_COUNT)
            continue;
        if (getsockopt(fd, step->level, step->name, &value, &length) == 0) {
            if (option == APPLY_KEEPALIVE ? !value : value != step->value)
                return COVER_REFUSED;
        } else if (option != SETTING_USER_TIMEOUT || errno != ENOPROTOOPT) { /* MPTCP has none */
            return COVER_NOT_TCP;
        }
    }
    return COVER_SET;
}

static enum cover_outcome set(struct cover *cover, const struct plan *plan, int fd)
{
    int error = apply_plan(plan, fd, false, cover_setsockopt);
    if (error == APPLY_NO_TCP)
        return COVER_NOT_TCP;
    bool taken = error == 0 || error == ENOPROTOOPT; /* MPTCP merely lacks one */
    cover->error = taken ? COVER_NOT_TAKEN : error;
    return taken ? read_back(plan, fd) : COVER_REFUSED;
}

/* How a socket with a past is gone about. */
enum way { WAY_SET, WAY_SPARE, WAY_TRY };

static enum cover_outcome cover_with_past(struct cover *cover, int fd, enum way way, bool found)
{
    struct socket_values now;
    struct plan left = cover->plan;
    if (!facts_is_tcp(fd) || !apply_read(fd, &now))
        return COVER_NOT_TCP;
    if (cover->notes)
        notes_read(cover->notes, fd, &now);
    cover->system = cover->policy->mode == MODE_ENFORCE ? cover->own.values : *system_of(cover, fd);
    bool timed = cover->plan.set & ((1u << KEEPALIVE_COUNT) - 1);
    bool off = plan_switched_off(&cover->plan, &now) || (found && plan_found_off(&now, &cover->system, timed));
    if (off && cover->policy->mode == MODE_RESPECT)
        return COVER_LEFT;
    plan_reconcile(&left, cover->policy->mode, &now, &cover->system);
    if (way != WAY_SET && stands(&left, &now))
        return COVER_STANDS;
    return way == WAY_TRY ? COVER_SET : set(cover, &left, fd);
}

static enum cover_outcome cover_fd(struct cover *cover, const struct facts *facts, int fd, enum way way)
{
    plan_make(cover->policy, facts, &cover->plan);
    if (!cover->plan.covered)
        return facts_is_tcp(fd) ? COVER_LEFT : COVER_NOT_TCP;
    if (way != WAY_SET || cover->policy->mode != MODE_ENFORCE)
        return cover_with_past(cover, fd, way, facts->found);
    return set(cover, &cover->plan, fd);
}

enum cover_outcome cover_socket(struct cover *cover, const struct facts *facts, int fd)
{
    return cover_fd(cover, facts, fd, WAY_SET);
}

enum cover_outcome cover_again(struct cover *cover, const struct facts *facts, int fd)
{
    return cover_fd(cover, facts, fd, WAY_SPARE);
}

enum cover_outcome cover_would(struct cover *cover, const struct facts *facts, int fd)
{
    return cover_fd(cover, facts, fd, WAY_TRY);
}

/* The way back, of what the plan set and the kernel can say its own value of. */
static void plan_back(struct cover *cover, const struct socket_values *now, struct plan *back)
{
    cover->stays = false;
    for (enum setting_id id = SETTING_IDLE; id < OPTION_COUNT; id++) {
        bool shown = id >= KEEPALIVE_COUNT || now->value[id] != VALUE_UNSET;
        if (!(cover->plan.set & 1u << id) || !shown)
            continue;
        back->value[id] = cover->system.value[id];
        if (back->value[id] == VALUE_UNSET)
            cover->stays = true;
        else
            back->set |= (uint16_t)(1u << id);
    }
}

enum cover_outcome cover_undo(struct cover *cover, const struct facts *facts, int fd, bool try)
{
    struct socket_values now;
    struct plan back = {.rule = PLAN_NO_RULE};
    plan_make(cover->policy, facts, &cover->plan);
    if (!facts_is_tcp(fd) || !apply_read(fd, &now))
        return COVER_NOT_TCP;
    if (!cover->plan.covered || !now.keepalive || !stands(&cover->plan, &now))
        return COVER_LEFT;
    cover->system = *system_of(cover, fd);
    plan_back(cover, &now, &back);
    if (try)
        return COVER_SET;
    enum cover_outcome outcome = back.set ? set(cover, &back, fd) : COVER_SET;
    int error = outcome == COVER_SET ? apply_keepalive_off(fd, cover_setsockopt) : 0;
    if (!error)
        return outcome;
    cover->error = error;
    return COVER_REFUSED;
}
