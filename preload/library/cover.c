#include "preload/library/cover.h"
#include "core/log.h"
#include "preload/apply.h"
#include "preload/facts.h"
#include "preload/library/complaints.h"
#include "preload/library/memory.h"
#include "preload/library/real.h"
#include "preload/library/report_socket.h"
#include "preload/library/rules.h"
#include "preload/raw.h"
#include "preload/report.h"
#include <errno.h>

/* Process-wide and never reset; each turns on a check that is skipped otherwise. */
static bool listener_was_found;  /* what it accepts may have been queued before it came under the policy */
static bool connect_was_covered; /* a socket may carry the values of an earlier connect */

static struct note room_for_notes[64];
struct notes cover_notes = {room_for_notes, sizeof room_for_notes / sizeof *room_for_notes, 0};

static const struct facts made = {.role = ROLE_MADE};
static struct policy *policy_for_made;
static struct plan plan_for_made;
static struct apply_steps steps_for_made;

static void read_system(struct socket_values *system)
{
    int fd = REAL(socket)(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    apply_read_system(fd, system);
    RAW(close, fd, 0, 0, 0, 0);
}

/*
 * What of the plan the mode leaves to the program, and what the program had asked for. False when all of the socket is
 * left: somebody has switched keepalive off.
 */
static bool reconcile(const struct policy *policy, const struct facts *facts, struct plan *plan, int fd)
{
    struct socket_values now, system;
    struct plan whole = *plan;
    if (!apply_read(fd, &now))
        return false;
    read_system(&system);
    if (facts->found && policy->mode == MODE_RESPECT && plan_found_off(&now, &system, plan->set))
        return false;
    notes_read(&cover_notes, fd, &now);
    plan_reconcile(plan, policy->mode, &now, &system);
    for (enum setting_id id = 0; report_wants(LEVEL_DEBUG) && id < KEEPALIVE_COUNT; id++)
        if (whole.set & 1u << id && now.value[id] != system.value[id])
            report_answer(policy->mode, fd, (int)id, now.value[id],
                          plan->set & 1u << id ? plan->value[id] : now.value[id]);
    return true;
}

static int made_in_general(int fd)
{
    int saved_errno = errno;
    if (fd < 0)
        return fd;
    report_refusal(fd, apply_steps(&steps_for_made, fd, true, REAL_SETSOCKOPT));
    report_plan(policy_for_made, &made, &plan_for_made, fd);
    errno = saved_errno;
    return fd;
}

/*
 * The usual case: four options and no line of log, and nearly all the instructions that the library adds to a program.
 * So it is unrolled, and checked once.
 */
static int made_in_four(int fd)
{
    const struct apply_step *step = steps_for_made.step;
    if (fd < 0)
        return fd;
    int *error = &errno, saved_errno = *error;
    int failed = apply_step(&step[0], fd, REAL_BOUND_SETSOCKOPT);
    failed |= apply_step(&step[1], fd, REAL_BOUND_SETSOCKOPT);
    failed |= apply_step(&step[2], fd, REAL_BOUND_SETSOCKOPT);
    failed |= apply_step(&step[3], fd, REAL_BOUND_SETSOCKOPT);
    if (failed)
        report_refusal(fd, *error);
    *error = saved_errno;
    return fd;
}

/* Before each look at the rules. */
static void know_rules(void)
{
    if (!policy_for_made->rules_are_read)
        rules_read(policy_for_made);
}

static int (*made_usually)(int fd);

static int made_first(int fd)
{
    int saved_errno = errno;
    if (fd >= 0) {
        know_rules();
        __atomic_store_n(&cover_made_by, made_usually, __ATOMIC_RELAXED);
        complaints_say();
    }
    errno = saved_errno;
    return made_usually(fd);
}

int (*cover_made_by)(int fd);

void cover_prepare(struct policy *policy)
{
    policy_for_made = policy;
    plan_make(policy, &made, &plan_for_made);
    apply_prepare(&plan_for_made, &steps_for_made);
    made_usually = steps_for_made.count == 4 && !report_wants(LEVEL_DEBUG) ? made_in_four : made_in_general;
    cover_made_by = complaints_are_kept() || policy->under_rules ? made_first : made_usually;
}

/* Sets the plan on a socket that the program may have changed itself, as far as the mode leaves it to us. */
static void cover(const struct policy *policy, const struct facts *facts, const struct plan *plan, int fd,
                  bool surely_tcp)
{
    bool reading = policy->mode != MODE_ENFORCE && (plan->set || plan->keepalive);
    struct plan left = *plan;
    if (!surely_tcp && (reading || report_wants(log_level_of(facts))) && !(surely_tcp = facts_is_tcp(fd)))
        return;
    if (reading && !reconcile(policy, facts, &left, fd))
        return;
    if (left.set || left.keepalive)
        report_refusal(fd, apply_plan(&left, fd, surely_tcp, REAL_SETSOCKOPT));
    report_plan(policy, facts, plan, fd);
}

/*
 * Does the socket carry what the policy gives to some connection, and nothing that the program is known to
 * have asked for?
 */
static bool is_ours(const struct policy *policy, int fd, struct socket_values *system)
{
    struct socket_values now;
    if (!apply_read(fd, &now) || !now.keepalive || notes_read(&cover_notes, fd, &now))
        return false;
    read_system(system);
    return plan_is_ours(policy, &now, system);
}

/*
 * A socket that connects once more, where what an earlier connect was given would outlast it: taken back to what
 * the system gives.
 */
static void take_back(const struct policy *policy, int fd)
{
    struct socket_values system;
    struct plan undo = {.set = (1u << KEEPALIVE_COUNT) - 1};
    int keepalive = 0;
    socklen_t length = sizeof keepalive;
    if (getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &keepalive, &length) != 0 || !keepalive || !facts_is_tcp(fd) ||
        !is_ours(policy, fd, &system))
        return;
    for (enum setting_id id = 0; id < OPTION_COUNT; id++)
        undo.value[id] = system.value[id];
    apply_plan(&undo, fd, true, REAL_SETSOCKOPT);
    apply_keepalive_off(fd, REAL_SETSOCKOPT);
}

static bool asks_peer(const struct policy *policy)
{
    return policy->under_rules || report_wants(LEVEL_INFO);
}

void cover_connecting(const struct policy *policy, int fd, const struct sockaddr *name, socklen_t length)
{
    struct facts facts = {.role = ROLE_CONNECT, .prepared = true};
    struct plan plan;
    int saved_errno = errno;
    if (!asks_peer(policy) || !memory_readable(name, length) ||
        !facts_from_sockaddr(name, length, &facts.peer, &facts.port))
        return;
    know_rules();
    plan_make(policy, &facts, &plan);
    if (__atomic_load_n(&connect_was_covered, __ATOMIC_RELAXED) && rules_options() & ~plan.set)
        take_back(policy, fd);
    cover(policy, &facts, &plan, fd, false);
    if (plan.keepalive && policy->under_rules)
        __atomic_store_n(&connect_was_covered, true, __ATOMIC_RELAXED);
    errno = saved_errno;
}

void cover_connecting_by(const struct policy *policy, int fd, const struct msghdr *message)
{
    if (asks_peer(policy) && memory_readable(message, offsetof(struct msghdr, msg_iov)))
        cover_connecting(policy, fd, message->msg_name, message->msg_namelen);
}

void cover_listening(const struct policy *policy, int fd)
{
    struct facts facts = {.role = ROLE_LISTEN, .prepared = true};
    struct plan plan;
    int saved_errno = errno;
    know_rules();
    bool asks_port = policy->rules_on_accept || report_wants(LEVEL_DEBUG);
    if (!asks_port || facts_listening(fd, &facts)) {
        plan_make(policy, &facts, &plan);
        cover(policy, &facts, &plan, fd, false);
    }
    errno = saved_errno;
}

void cover_accepted(const struct policy *policy, int fd)
{
    struct facts facts = {.role = ROLE_ACCEPT, .prepared = !listener_was_found, .found = listener_was_found};
    struct plan plan;
    int saved_errno = errno;
    know_rules();
    bool asks_names = policy->rules_on_accept || report_wants(LEVEL_INFO);
    if (!asks_names && !listener_was_found)
        return;
    if (!asks_names || facts_accepted(fd, &facts)) {
        plan_make(policy, &facts, &plan);
        cover(policy, &facts, &plan, fd, false);
    }
    errno = saved_errno;
}

/*
 * What is found is somebody else's too, who may have decided on it. Where programs are chosen that may be one who was
 * not, unless it was handed over; under rules, one who knew which rule is the right one.
 */
static bool is_decided(const struct policy *policy, const struct facts *facts, int fd, bool handed_over)
{
    struct socket_values system;
    return (policy->programs && !handed_over) ||
           (policy->under_rules && facts->role != ROLE_LISTEN && is_ours(policy, fd, &system));
}

bool cover_found(const struct policy *policy, int fd, bool handed_over)
{
    enum { STDIO = 3 };
    struct facts facts;
    struct plan plan;
    int saved_errno = errno;
    bool open = true;
    errno = 0;
    if (facts_is_tcp(fd)) {
        know_rules();
        complaints_say();
        facts_found(fd, &facts);
        if (policy->under_rules)
            facts_tell_direction(fd, &facts);
        listener_was_found = listener_was_found || facts.role == ROLE_LISTEN;
        plan_make(policy, &facts, &plan);
        if (!is_decided(policy, &facts, fd, handed_over || fd < STDIO))
            cover(policy, &facts, &plan, fd, true);
    } else {
        open = errno != EBADF;
    }
    errno = saved_errno;
    return open;
}

/* Does the socket carry what the plan sets? In tighten mode the program may have gone below it. */
static bool carries(const struct plan *plan, enum mode mode, const struct socket_values *now)
{
    bool all = plan->covered && now->keepalive;
    for (enum setting_id id = SETTING_IDLE; id <= SETTING_PROBES; id++)
        if (!value_leaves_alone(plan->value[id]))
            all = all &&
                  (now->value[id] == plan->value[id] || (mode == MODE_TIGHTEN && now->value[id] < plan->value[id]));
    return all;
}

static bool rules_govern(const struct policy *policy, int fd, struct plan *plan)
{
    struct socket_values now;
    struct facts facts;
    if (!apply_read(fd, &now))
        return false;
    facts_found(fd, &facts);
    facts_tell_direction(fd, &facts);
    bool connection = facts.either; /* not told: the values may tell */
    facts.either = false;
    plan_make(policy, &facts, plan);
    if (carries(plan, policy->mode, &now))
        return true;
    if (!connection)
        return false;
    facts_take_for_made(&facts);
    plan_make(policy, &facts, plan);
    return carries(plan, policy->mode, &now);
}

bool cover_governs(const struct policy *policy, int fd, struct plan *plan)
{
    if (!facts_is_tcp(fd))
        return false;
    know_rules();
    *plan = plan_for_made;
    return !policy->under_rules || rules_govern(policy, fd, plan);
}
