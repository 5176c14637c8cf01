#include "preload/supervise/keep.h"
#include "preload/supervise/pair.h"
#include "preload/supervise/rename.h"
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BREATH_MS = 20 }; /* between an end of both and their start, should they end again and again */

pid_t supervise_fork_silently(void)
{
    return (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
}

static bool tree_has_ended(int listener)
{
    struct pollfd on = {listener, 0, 0};
    return poll(&on, 1, BREATH_MS) > 0;
}

/* Those that pair starts are brothers, so that all of them are waited for here. */
static void wait_for_all(void)
{
    while (waitpid(-1, NULL, __WALL) > 0 || errno != ECHILD)
        ;
}

void supervise_keep(const struct supervise_job *job, int listener, struct shared *shared)
{
    supervise_rename("keepalive", "keepalive: standby");
    do {
        pid_t child = supervise_fork_silently();
        if (child <= 0) { /* the new one, or there can be none for now: then without a standby */
            if (child == 0)
                setsid();
            supervise_rename("tcpalive", "tcpalive: supervisor");
            supervise_serve_begin(job, listener, shared);
            supervise_pair(job, listener, shared);
            return;
        }
        wait_for_all();
    } while (!tree_has_ended(listener));
}
