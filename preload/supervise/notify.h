/*
 * notify: what the server asks of the listener (seccomp_unotify(2)), once more where a signal came between.
 *
 * The server blocks all signals; SIGSTOP, a debugger and whoever freezes its control group come through all the same,
 * and a call whose answer did not get there waits for good.
 */
#ifndef PRELOAD_SUPERVISE_NOTIFY_H
#define PRELOAD_SUPERVISE_NOTIFY_H

#include "preload/newer_kernel.h"
#include <errno.h>
#include <sys/ioctl.h>

/* As ioctl(2), without EINTR. Not for a request that may have to be waited for (SECCOMP_IOCTL_NOTIF_RECV). */
static inline int notify_ioctl(int listener, unsigned long request, void *argument)
{
    int result;
    do
        result = ioctl(listener, request, argument);
    while (result != 0 && errno == EINTR);
    return result;
}

#endif
