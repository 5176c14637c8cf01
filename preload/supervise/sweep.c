#include "preload/supervise/sweep.h"
#include "preload/facts.h"
#include "preload/remote/cover.h"
#include "preload/remote/deaths.h"
#include "preload/remote/descriptors.h"
#include "preload/remote/direction.h"
#include "preload/remote/in_flight.h"
#include "preload/remote/process.h"
#include "preload/remote/throttle.h"
#include "preload/supervise/report_socket.h"
#include "preload/supervise/watch.h"

static struct cover cover;
static struct listened_ports ports;
static struct throttle pace;
static struct deaths deaths;

void supervise_sweep_begin(const struct policy *policy, const struct shared *shared)
{
    cover_begin(&cover, policy);
    cover.notes = &shared->notes;
    deaths.tell = supervise_report_wants(LEVEL_INFO) ? supervise_report_ending : NULL;
}

int supervise_sweep_due(const struct shared *shared)
{
    bool asked = __atomic_load_n(&shared->asked.written, __ATOMIC_ACQUIRE) != shared->asked.taken;
    bool heirs = shared->watched.heirs_until > watch_now_ms();
    return asked || heirs || shared->watched.count ? throttle_left(&pace) : -1;
}

static void look(void *context, const struct descriptors_found *found)
{
    const struct watched *process = context;
    struct facts facts = {.role = ROLE_CONNECT, .found = true};
    if (!facts_is_tcp(found->fd))
        return;
    if (cover.policy->rule_count)
        direction_facts(&ports, found->fd, &facts);
    if (process->why & WATCH_ALL || (process->why & WATCH_ACCEPTED && facts.role == ROLE_ACCEPT))
        cover_again(&cover, &facts, found->fd);
    else
        plan_make(cover.policy, &facts, &cover.plan);
    if (process->why & WATCH_PEERS)
        in_flight_look(cover.policy, &cover.plan, found->fd);
    if (process->why & WATCH_PEERS && deaths.tell)
        deaths_look(&deaths, found);
}

static bool is_listener_of_the_tree(const struct shared *shared, uint64_t inode)
{
    uint32_t count = __atomic_load_n(&shared->listeners.written, __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; i < count && i < SHARED_LISTENERS; i++)
        if (shared->listeners.inode[i] == inode)
            return true;
    return false;
}

struct heirs {
    struct shared *shared;
    bool found;
};

static bool is_inherited(void *context, uint64_t inode)
{
    const struct heirs *heirs = context;
    return is_listener_of_the_tree(heirs->shared, inode);
}

static void add_heir(void *context, const struct descriptors_found *found)
{
    struct heirs *heirs = context;
    heirs->found |= watch_add(heirs->shared, process_leader(found->pid), WATCH_ACCEPTED);
}

/*
 * A process has ended whose children nobody knew yet: a daemon's first one, for instance. Who holds a listener of the
 * tree is one of its own.
 */
static bool find_heirs(struct shared *shared)
{
    struct heirs heirs = {.shared = shared};
    const struct descriptors_search search = {.visit = add_heir, .wanted = is_inherited, .context = &heirs};
    struct process_list all = {0};
    if (process_list_all(&all))
        for (size_t i = 0; i < all.count; i++)
            descriptors_search(all.pid[i], &search);
    process_list_free(&all);
    return heirs.found;
}

/* One that forks and ends while all are looked through may be missed, and so may its child: more than one look. */
static void look_for_heirs(struct shared *shared, bool one_has_ended)
{
    enum { UNTIL_FOUND_MS = 10000, ONCE_FOUND_MS = 1000 };
    int64_t now = watch_now_ms(), *until = &shared->watched.heirs_until;
    if (!shared->listeners.written)
        return;
    if (one_has_ended)
        *until = now + UNTIL_FOUND_MS;
    if (now < *until && find_heirs(shared) && *until > now + ONCE_FOUND_MS)
        *until = now + ONCE_FOUND_MS;
}

static void add_descendants(struct shared *shared)
{
    struct process_list tree = {0};
    unsigned why = 0;
    for (size_t i = 0; i < shared->watched.count; i++) {
        process_list_add(&tree, shared->watched.process[i].pid);
        why |= shared->watched.process[i].why;
    }
    size_t before = tree.count;
    process_list_descendants(&tree);
    for (size_t i = before; i < tree.count; i++)
        watch_add(shared, tree.pid[i], why);
    process_list_free(&tree);
}

void supervise_sweep(struct shared *shared)
{
    throttle_begin(&pace);
    look_for_heirs(shared, watch_take(shared));
    add_descendants(shared);
    for (size_t i = 0; i < shared->watched.count; i++) {
        struct watched process = shared->watched.process[i];
        const struct descriptors_search search = {
            .visit = look, .context = &process, .programs = {cover.policy->programs}, .born = process.born};
        if (!descriptors_meant(process.pid, &search))
            continue;
        direction_begin(&ports, process.pid);
        descriptors_search(process.pid, &search);
    }
    deaths_pass_over(&deaths);
    throttle_end(&pace);
}

void supervise_sweep_end(void)
{
    deaths_pass_over(&deaths);
}
