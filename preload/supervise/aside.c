#include "preload/supervise/aside.h"
#include "preload/newer_kernel.h"
#include "preload/supervise/report_socket.h"
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

enum { DESCRIPTORS = 12 }; /* as many as a process of the supervisor's has at most */

static void close_between(unsigned first, unsigned last)
{
    if (first <= last)
        syscall(SYS_close_range, first, last, 0);
}

/* Keeps only these two of what is open from 3 on; -1 for none. */
static void close_others(int one, int other)
{
    unsigned low = (unsigned)(one < other ? one : other), high = (unsigned)(one < other ? other : one);
    if (one < 0 || other < 0)
        low = high = (unsigned)(one < 0 ? other : one);
    close_between(3, low - 1);
    close_between(low + 1, high - 1);
    close_between(high + 1, ~0U);
}

/* What bounds the program must not end its supervisor: as far up as is permitted. */
static void lift_limits(void)
{
    static const int bounds[] = {RLIMIT_CPU, RLIMIT_AS, RLIMIT_DATA, RLIMIT_NOFILE, RLIMIT_FSIZE};
    const struct rlimit enough = {DESCRIPTORS, DESCRIPTORS};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        struct rlimit limit, none = {RLIM_INFINITY, RLIM_INFINITY};
        if (bounds[i] != RLIMIT_NOFILE && setrlimit(bounds[i], &none) == 0)
            continue;
        if (getrlimit(bounds[i], &limit) != 0)
            continue;
        limit.rlim_cur = limit.rlim_max;
        bool few = bounds[i] == RLIMIT_NOFILE && limit.rlim_max < DESCRIPTORS;
        if (!few || setrlimit(bounds[i], &enough) != 0)
            setrlimit(bounds[i], &limit);
    }
}

bool supervise_has_descriptors(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= DESCRIPTORS;
}

void supervise_step_aside(const struct policy *policy, int channel)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    setsid();
    close_others(channel, supervise_report_begin(policy));
    lift_limits();
    int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    ssize_t ignored = write(score, "-1000", 5) + chdir("/");
    (void)ignored;
    close(score);
}
