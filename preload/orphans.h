/*
 * orphans: whose children this process's own children become when they end first.
 *
 * Asked by supervise and cgroup, whose helpers are forked twice so that the program has no child that it does not know.
 */
#ifndef PRELOAD_ORPHANS_H
#define PRELOAD_ORPHANS_H

#include <stdbool.h>
#include <sys/prctl.h>
#include <unistd.h>

/* PID 1 or a subreaper (prctl(2), PR_SET_CHILD_SUBREAPER): a double fork would hand the helper back to it. */
static inline bool orphans_come_back(void)
{
    int subreaper = 0;
    return getpid() == 1 || (prctl(PR_GET_CHILD_SUBREAPER, &subreaper) == 0 && subreaper);
}

#endif
