/*
 * filter: which system calls go to the supervisor, as a classic BPF program (seccomp(2)).
 *
 * Used by supervise. It names the calls of this machine and, on x86_64, of i386 programs; everything else
 * passes.
 */
#ifndef PRELOAD_SUPERVISE_FILTER_H
#define PRELOAD_SUPERVISE_FILTER_H

/* What happens to the program's own setsockopt calls on keepalive options. */
enum supervise_own {
    SUPERVISE_OWN_PASS,   /* they count */
    SUPERVISE_OWN_IGNORE, /* they succeed and do nothing: answered in the kernel */
    SUPERVISE_OWN_ASK,    /* the supervisor decides */
};

/*
 * Puts the filter on the calling process and returns the descriptor on which its calls arrive, or -errno:
 * EBUSY when there is one already, EACCES without CAP_SYS_ADMIN and no_new_privs, ENOSYS on machines that it
 * does not know.
 */
int supervise_filter_install(enum supervise_own own);

#endif
