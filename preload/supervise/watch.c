#include "preload/supervise/watch.h"
#include "preload/remote/process.h"
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

enum { ASKED = 256 };

static int wake = -1;

static struct asked {
    pid_t process;
    unsigned why;
} asked[ASKED]; /* most of what was asked for lately, so that it is not with every call */

int64_t watch_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void watch_wake_by(int event)
{
    wake = event;
}

void watch_wake(struct shared *shared)
{
    if (__atomic_load_n(&shared->guardian_sleeps, __ATOMIC_SEQ_CST) &&
        __atomic_exchange_n(&shared->guardian_sleeps, false, __ATOMIC_SEQ_CST))
        eventfd_write(wake, 1);
}

static bool was_asked(const struct shared *shared, pid_t process, unsigned why)
{
    static uint32_t forgotten;
    const struct asked *before = &asked[process % ASKED];
    uint32_t now = __atomic_load_n(&shared->asked.forgotten, __ATOMIC_RELAXED);
    if (now != forgotten)
        memset(asked, 0, sizeof asked);
    forgotten = now;
    return before->process == process && (before->why & why) == why;
}

void watch_ask(struct shared *shared, pid_t process, unsigned why)
{
    uint32_t at = shared->asked.written;
    if (process <= 0 || was_asked(shared, process, why) ||
        at - __atomic_load_n(&shared->asked.taken, __ATOMIC_ACQUIRE) >= SHARED_REQUESTS)
        return;
    asked[process % ASKED] = (struct asked){process, why};
    shared->asked.request[at % SHARED_REQUESTS].pid = process;
    shared->asked.request[at % SHARED_REQUESTS].why = why;
    __atomic_store_n(&shared->asked.written, at + 1, __ATOMIC_RELEASE);
}

void watch_listener_inode(struct shared *shared, uint64_t inode)
{
    uint32_t at = shared->listeners.written;
    shared->listeners.inode[at % SHARED_LISTENERS] = inode;
    __atomic_store_n(&shared->listeners.written, at + 1, __ATOMIC_RELEASE);
}

bool watch_add(struct shared *shared, pid_t process, unsigned why)
{
    uint64_t born = process_born(process);
    size_t at = 0;
    while (at < shared->watched.count && shared->watched.process[at].pid != process)
        at++;
    if (!born || at == SHARED_PROCESSES)
        return born;
    struct watched *watched = &shared->watched.process[at];
    bool known = at < shared->watched.count && watched->born == born;
    *watched = (struct watched){process, why | (known ? watched->why : 0), born};
    if (at == shared->watched.count)
        shared->watched.count = at + 1;
    return true;
}

static bool forget_ended(struct shared *shared)
{
    size_t kept = 0, count = shared->watched.count;
    struct watched *process = shared->watched.process;
    for (size_t i = 0; i < count; i++)
        if (process_born(process[i].pid) == process[i].born)
            process[kept++] = process[i];
    shared->watched.count = kept;
    if (kept < count)
        __atomic_store_n(&shared->asked.forgotten, shared->asked.forgotten + 1, __ATOMIC_RELAXED);
    return kept < count;
}

bool watch_take(struct shared *shared)
{
    uint32_t written = __atomic_load_n(&shared->asked.written, __ATOMIC_ACQUIRE), taken = shared->asked.taken;
    bool ended = false;
    for (; taken != written; taken++)
        ended |= !watch_add(shared, shared->asked.request[taken % SHARED_REQUESTS].pid,
                            shared->asked.request[taken % SHARED_REQUESTS].why);
    __atomic_store_n(&shared->asked.taken, taken, __ATOMIC_RELEASE);
    return forget_ended(shared) || ended;
}
