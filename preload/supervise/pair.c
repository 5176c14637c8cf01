#include "preload/supervise/pair.h"
#include "preload/pidfd.h"
#include "preload/supervise/rename.h"
#include "preload/supervise/report_socket.h"
#include "preload/supervise/sweep.h"
#include "preload/supervise/watch.h"
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* No call takes a thousandth of this; a process for a guardian may not be had for a while (RLIMIT_NPROC). */
enum { PATIENCE_MS = 1000, LOOK_MS = 250, AGAIN_MS = 1000 };

static struct {
    const struct supervise_job *job;
    struct shared *shared;
    int listener, wake;
    int other; /* pidfd of the other one; -1: there is none */
    struct {
        int64_t at; /* milliseconds, as far as the guardian saw */
        uint32_t served;
    } moved;
} pair;

struct shared *supervise_pair_share(void)
{
    struct shared *room = mmap(NULL, sizeof *room, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED)
        return NULL;
    room->notes = (struct notes){room->note, SHARED_NOTES, 0}; /* at the same place in all of its processes */
    return room;
}

/*
 * A brother and no child: the program may be the parent of both and must not be told. 0 in the new one; -1:
 * there is none.
 */
static int start_brother(void)
{
    int pidfd = -1, own = pidfd_of(getpid(), 0);
    long pid = syscall(SYS_clone, CLONE_PARENT | CLONE_PIDFD, NULL, &pidfd, NULL, NULL);
    if (pid != 0) {
        close(own);
        pair.other = pid < 0 ? -1 : pidfd;
        return (int)pid;
    }
    pair.other = own;
    return 0;
}

/*
 * The shorter a call waits before it is taken, the fewer signals find it there (seccomp_unotify(2)). What is
 * not permitted stays.
 */
static void hurry(void)
{
    const struct sched_param lowest = {.sched_priority = 1};
    /* struct sched_attr of sched_setattr(2); short slices come sooner, since Linux 6.12 */
    const struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t slice_ns, deadline, period;
    } ordinary = {.size = sizeof ordinary, .policy = SCHED_OTHER, .slice_ns = 100000};
    if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &lowest) != 0)
        syscall(SYS_sched_setattr, 0, &ordinary, 0);
}

/* Has the server had a call in hand, or left one waiting, for longer than any takes? */
static bool server_hangs(uint32_t served, bool waiting)
{
    int64_t now = watch_now_ms(), since = __atomic_load_n(&pair.shared->busy_since, __ATOMIC_RELAXED);
    if (served != pair.moved.served || !waiting)
        pair.moved.at = now;
    pair.moved.served = served;
    return (since && now - since > PATIENCE_MS) || now - pair.moved.at > PATIENCE_MS;
}

static void end_server(void)
{
    if (__atomic_load_n(&pair.shared->reads_memory, __ATOMIC_RELAXED))
        pair.shared->memory_stalls = true;
    pair.shared->reads_memory = false;
    supervise_report_stalls(WRITER_SERVER, pair.shared);
    syscall(SYS_pidfd_send_signal, pair.other, SIGKILL, NULL, 0);
}

static bool call_waits(void)
{
    struct pollfd on = {pair.listener, POLLIN, 0};
    return poll(&on, 1, 0) > 0 && on.revents & POLLIN;
}

/*
 * How long the guardian may wait. It looks at the server while calls come; then it sleeps until the next one or a sweep
 * is due. A call that comes while it falls asleep is seen by it, or sees it.
 */
static int may_wait(uint32_t *served)
{
    struct shared *shared = pair.shared;
    __atomic_store_n(&shared->guardian_sleeps, true, __ATOMIC_SEQ_CST);
    uint32_t now = __atomic_load_n(&shared->served, __ATOMIC_SEQ_CST);
    bool idle = now == *served && !__atomic_load_n(&shared->busy_since, __ATOMIC_SEQ_CST) && !call_waits();
    int due = supervise_sweep_due(shared);
    *served = now;
    if (idle)
        return due;
    shared->guardian_sleeps = false;
    return due >= 0 && due < LOOK_MS ? due : LOOK_MS;
}

/* Returns whether it is to take the server's place; else the program's tree has ended. */
static bool guard(void)
{
    struct pollfd on[] = {{pair.listener, 0, 0}, {pair.other, POLLIN, 0}, {pair.wake, POLLIN, 0}};
    uint32_t served = 0;
    eventfd_t woken;
    pair.moved.at = watch_now_ms();
    supervise_rename("tcpalive-guard", "tcpalive: guardian");
    supervise_report_as(WRITER_GUARDIAN, pair.shared);
    supervise_sweep_begin(pair.job->policy, pair.shared);
    for (;;) {
        int pause = may_wait(&served);
        bool sleeps = pair.shared->guardian_sleeps;
        on[0].events = sleeps ? POLLIN : 0; /* one that nobody takes */
        int ready = poll(on, sizeof on / sizeof *on, pause);
        if (sleeps)
            pair.moved.at = watch_now_ms();
        pair.shared->guardian_sleeps = false;
        if (ready > 0 && on[0].revents & ~POLLIN) {
            supervise_sweep_end();
            return false;
        }
        if (ready > 0 && on[1].revents)
            return true;
        eventfd_read(pair.wake, &woken);
        if (server_hangs(__atomic_load_n(&pair.shared->served, __ATOMIC_RELAXED), call_waits())) {
            end_server();
            return true;
        }
        if (supervise_sweep_due(pair.shared) == 0)
            supervise_sweep(pair.shared);
    }
}

/* Serves until the guardian has ended, and returns true then; false with the program's tree. */
static bool serve(void)
{
    struct pollfd on[] = {{pair.listener, POLLIN, 0}, {pair.other, POLLIN, 0}};
    supervise_serve_left();
    for (;;) {
        if (poll(on, sizeof on / sizeof *on, pair.other < 0 ? AGAIN_MS : -1) < 0)
            continue;
        if (pair.other >= 0 && supervise_report_stalls(WRITER_GUARDIAN, pair.shared))
            syscall(SYS_pidfd_send_signal, pair.other, SIGKILL, NULL, 0);
        if (on[0].revents & POLLIN)
            supervise_serve_one();
        else if (on[0].revents)
            return false;
        if (pair.other < 0 ? !on[0].revents : on[1].revents != 0)
            return true;
    }
}

void supervise_pair(const struct supervise_job *job, int listener, struct shared *shared)
{
    pair.job = job;
    pair.shared = shared;
    pair.listener = listener;
    pair.other = -1;
    pair.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    watch_wake_by(pair.wake);
    for (;;) {
        if (pair.other >= 0)
            close(pair.other);
        pair.shared->guardian_sleeps = false;
        if (start_brother() == 0) {
            if (!guard())
                return;
            supervise_serve_begin(job, listener, shared);
            supervise_rename("tcpalive", "tcpalive: supervisor");
            continue;
        }
        hurry();
        if (!serve())
            return;
    }
}
