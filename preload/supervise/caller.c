#include "preload/supervise/caller.h"
#include "preload/pidfd.h"
#include "preload/remote/network_class.h"
#include "preload/remote/process.h"
#include "preload/supervise/notify.h"
#include "preload/supervise/watch.h"
#include <errno.h>
#include <unistd.h>

enum { CLASS_STANDS_MS = 250 };

static struct {
    pid_t thread;  /* 0: none yet, -1: for one call only */
    pid_t process; /* 0: not asked for yet */
    int pidfd;
} last;

static bool still_waits(int listener, const struct seccomp_notif *notification)
{
    uint64_t id = notification->id;
    return notify_ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

/* A thread may have descriptors of its own; before Linux 6.9 its process's are all that can be had. */
static int open_thread(pid_t thread, pid_t *whose)
{
    int fd = pidfd_of(thread, PIDFD_THREAD);
    *whose = thread;
    if (fd >= 0 || errno != EINVAL)
        return fd;
    *whose = process_leader(thread);
    return pidfd_of(*whose, 0);
}

static void forget_last(void)
{
    if (last.thread)
        close(last.pidfd);
    last.thread = 0;
}

/* Opened while the call waits, it is the caller's; later it stays the caller's or is nobody's (ESRCH). */
static bool open_caller(int listener, const struct seccomp_notif *notification)
{
    pid_t caller = (pid_t)notification->pid, whose;
    forget_last();
    int pidfd = open_thread(caller, &whose);
    if (pidfd < 0)
        return false;
    last.thread = whose == caller ? caller : -1; /* a process outlives its threads' numbers */
    last.process = whose == caller ? 0 : whose;
    last.pidfd = pidfd;
    if (still_waits(listener, notification))
        return true;
    forget_last();
    errno = ENOENT;
    return false;
}

static int duplicate(int number)
{
    return pidfd_take(last.pidfd, number);
}

/*
 * Would taking its socket move it to another class of network? That is not cheap to ask for: as long as the caller is
 * in the groups that it was in, four times a second at most.
 */
static bool is_of_another_class(pid_t thread)
{
    static struct {
        pid_t thread;
        uint64_t place;
        int64_t looked;
        bool differs;
    } known[64];
    unsigned at = (unsigned)thread % 64;
    int64_t now = watch_now_ms();
    uint64_t place = network_class_place(thread);
    if (!place)
        return false;
    if (known[at].thread != thread || known[at].place != place || now - known[at].looked >= CLASS_STANDS_MS) {
        known[at].thread = thread;
        known[at].place = place;
        known[at].looked = now;
        known[at].differs = network_class_differs(thread);
    }
    return known[at].differs;
}

int supervise_caller_descriptor(int listener, const struct seccomp_notif *notification, int number)
{
    int fd = -1;
    if (is_of_another_class((pid_t)notification->pid)) {
        errno = CALLER_OTHER_CLASS;
        return -1;
    }
    if (last.thread > 0 && last.thread == (pid_t)notification->pid)
        fd = duplicate(number);
    else
        errno = ESRCH;
    if (fd < 0 && errno == ESRCH && open_caller(listener, notification))
        fd = duplicate(number);
    return fd;
}

pid_t supervise_caller_process(void)
{
    if (!last.process && last.thread > 0)
        last.process = process_leader(last.thread);
    return last.process;
}
