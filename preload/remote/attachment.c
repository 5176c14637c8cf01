#include "preload/remote/attachment.h"
#include "preload/remote/in_flight.h"
#include "preload/remote/rows.h"
#include "preload/remote/throttle.h"
#include "preload/remote/unit.h"
#include <errno.h>
#include <poll.h>
#include <string.h>

static bool on_port(int fd, const struct ports *ports)
{
    struct listing_row row;
    return !ports->some || (row_read(fd, &row) && row_is_on(&row, ports));
}

static enum cover_outcome act_on(struct attachment *to, const struct facts *facts, int fd)
{
    switch (to->act) {
    case ATTACHMENT_TRY:
        return cover_would(&to->cover, facts, fd);
    case ATTACHMENT_UNDO:
    case ATTACHMENT_TRY_UNDO:
        return cover_undo(&to->cover, facts, fd, to->act == ATTACHMENT_TRY_UNDO);
    default:
        return to->again ? cover_again(&to->cover, facts, fd) : cover_socket(&to->cover, facts, fd);
    }
}

static void visit(void *context, const struct descriptors_found *found)
{
    struct attachment *to = context;
    struct facts facts = {.role = ROLE_MADE, .found = true};
    if (to->ending) {
        in_flight_release(found->fd);
        return;
    }
    if (!on_port(found->fd, &to->ports))
        return;
    bool look = to->policy->rule_count || !value_leaves_alone(to->policy->plain.value[SETTING_DEFER_ACCEPT]);
    if (look)
        direction_facts(&to->listened, found->fd, &facts);
    enum cover_outcome outcome = act_on(to, &facts, found->fd);
    to->set += outcome == COVER_SET;
    to->stay += outcome == COVER_SET && to->cover.stays;
    to->left += outcome == COVER_LEFT && !to->again;
    to->refused += outcome == COVER_REFUSED && !to->again;
    if (outcome == COVER_NOT_TCP)
        return;
    to->report(to->context, found, outcome);
    if (to->in_flight && to->again)
        in_flight_look(to->policy, &to->cover.plan, found->fd);
    if (to->deaths.tell && to->again)
        deaths_look(&to->deaths, found);
}

/* What is not there any more was asked for only when it was named, and only the first time. */
static bool is_fault(const struct attachment *to, pid_t pid, int error)
{
    if (error == 0 || error == DESCRIPTORS_NOT_MEANT || to->again)
        return false;
    if (error == ESRCH || error == DESCRIPTORS_OVER || error == DESCRIPTORS_KERNEL)
        return process_list_has(&to->asked, pid);
    return !process_is_kernel(pid);
}

static void attach_to(struct attachment *to, pid_t pid, uint64_t born)
{
    const struct descriptors_search search = {.visit = visit,
                                              .context = to,
                                              .anyway = to->anyway,
                                              .programs = {to->policy->programs, to->program},
                                              .born = born};
    if (!descriptors_meant(pid, &search))
        return;
    direction_begin(&to->listened, pid);
    int error = descriptors_search(pid, &search);
    if (error == 0 && !to->again)
        error = descriptors_none(pid);
    if (!is_fault(to, pid, error))
        return;
    to->fault(to->context, pid, descriptors_why(error));
    to->failed = true;
}

static bool add_all(struct process_list *list, const struct process_list *more)
{
    bool added = true;
    for (size_t i = 0; added && i < more->count; i++) {
        added = process_list_add(list, more->pid[i]);
        if (added && list->pid[list->count - 1] == more->pid[i] && !list->born[list->count - 1])
            list->born[list->count - 1] = more->born[i];
    }
    return added;
}

/* What was found in the tree stays in it when its parents have ended. */
static bool add_tree(struct attachment *to, struct process_list *now)
{
    process_list_keep_living(&to->kept);
    if (!add_all(&to->kept, now) || !process_list_descendants(&to->kept))
        return false;
    process_list_note(&to->kept);
    return add_all(now, &to->kept);
}

static bool find_processes(struct attachment *to, struct process_list *now)
{
    if (to->all || to->by_program)
        return process_list_all(now);
    if (!add_all(now, &to->asked))
        return false;
    if (to->unit && !unit_processes(to->unit, now) && !(to->again && errno == ENOENT))
        return false;
    return !to->tree || add_tree(to, now);
}

void attachment_begin(struct attachment *attachment)
{
    cover_begin(&attachment->cover, attachment->policy);
    attachment->by_program = attachment->program && !attachment->asked.count && !attachment->unit;
    process_list_note(&attachment->asked);
    attachment->in_flight = policy_detects_in_flight(attachment->policy);
}

bool attachment_pass(struct attachment *attachment)
{
    struct process_list now = {0};
    bool alive = false;
    errno = 0;
    if (!find_processes(attachment, &now)) {
        bool absent = errno == ENOENT && attachment->unit;
        attachment->fault(attachment->context, 0,
                          absent ? "no control group has its name: it does not run" : strerror(errno));
        attachment->failed = true;
    }
    for (size_t i = 0; i < now.count; i++) {
        attach_to(attachment, now.pid[i], now.born[i]);
        alive = alive || process_exists(now.pid[i]);
    }
    process_list_free(&now);
    process_list_keep_living(&attachment->asked);
    return alive || (attachment->again && (attachment->unit || attachment->by_program));
}

void attachment_watch(struct attachment *attachment, const volatile int *stop, void (*pause)(void *context))
{
    struct throttle pace = {0};
    bool alive = true;
    attachment->again = true;
    while (alive && !*stop) {
        pause(attachment->context);
        poll(NULL, 0, throttle_left(&pace));
        throttle_begin(&pace);
        alive = attachment_pass(attachment);
        deaths_pass_over(&attachment->deaths);
        throttle_end(&pace);
    }
    attachment->ending = true; /* nobody would take back a bound of ours any more */
    if (alive && attachment->in_flight)
        attachment_pass(attachment);
}

void attachment_end(struct attachment *attachment)
{
    process_list_free(&attachment->asked);
    process_list_free(&attachment->kept);
    deaths_free(&attachment->deaths);
}
