/*
 * filter: which system calls go to the supervisor, as a classic BPF program (seccomp(2)).
 *
 * Used by supervise. It names the calls of this machine and, on x86_64, of i386 programs; everything else passes.
 */
#ifndef PRELOAD_SUPERVISE_FILTER_H
#define PRELOAD_SUPERVISE_FILTER_H

#include <stdbool.h>

/* Besides connecting calls and the program's own setsockopt calls on keepalive. */
struct supervise_wishes {
    bool bounds;    /* the policy names a user timeout: the program's own setsockopt calls on that, too */
    bool listeners; /* something is to be set on listeners, or known of them: listen(2) waits */
    bool processes; /* those that the library announces are to be known of */
};

/*
 * Puts the filter on the calling process and returns the descriptor on which its calls arrive, or -errno:
 * EBUSY when there is one already, EACCES without CAP_SYS_ADMIN and no_new_privs, ENOSYS on machines that it
 * does not know.
 */
int supervise_filter_install(const struct supervise_wishes *wishes);

#endif
