/*
 * descriptors: the descriptors of another process, each as a duplicate of our own.
 *
 * Used by list and attach. pidfd_getfd(2) takes the duplicates, so that the process never stops and nothing
 * of its own changes; it needs Linux 5.6 and ptrace access (ptrace(2), PTRACE_MODE_ATTACH_REALCREDS). It does
 * not look at what kind of file a descriptor is: the visitor asks, at the price of one call that fails.
 */
#ifndef PRELOAD_REMOTE_DESCRIPTORS_H
#define PRELOAD_REMOTE_DESCRIPTORS_H

#include <sys/types.h>

struct descriptors_found {
    pid_t pid;  /* of the process, or of the thread that has descriptors of its own */
    int number; /* of the descriptor there */
    int fd;     /* the duplicate, closed after the visit */
};

typedef void descriptors_visit(void *context, const struct descriptors_found *found);

/*
 * Visits each descriptor of a process, those of threads with a table of their own (unshare(2), CLONE_FILES)
 * included. Returns 0, or an errno: ESRCH gone, EPERM or EACCES not permitted, ENOSYS too old a kernel,
 * EMFILE or ENFILE, and EOPNOTSUPP when all was visited but such a thread's table, which takes Linux 6.9.
 */
int descriptors_each(pid_t pid, descriptors_visit *visit, void *context);

#endif
