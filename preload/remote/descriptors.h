/*
 * descriptors: the sockets of another process, each as a duplicate of our own.
 *
 * pidfd_getfd(2) takes the duplicates, so that the process never stops; it needs Linux 5.6 and ptrace access
 * (ptrace(2), PTRACE_MODE_ATTACH_REALCREDS). Looking changes nothing: /proc says which descriptors are sockets, and no
 * other is touched, since closing a duplicate of a file sends a FLUSH to a network's or a FUSE file system, which may
 * be slow to answer.
 */
#ifndef PRELOAD_REMOTE_DESCRIPTORS_H
#define PRELOAD_REMOTE_DESCRIPTORS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct descriptors_found {
    pid_t pid;      /* of the process, or of the thread that has descriptors of its own */
    int number;     /* of the descriptor there */
    int fd;         /* the duplicate, closed after the visit */
    uint64_t inode; /* the socket's: the same in every process and network namespace */
};

typedef void descriptors_visit(void *context, const struct descriptors_found *found);

struct descriptors_search {
    descriptors_visit *visit;
    bool (*wanted)(void *context, uint64_t inode); /* is this socket to be visited? NULL: all are */
    void *context;
    bool anyway;             /* also where that moves sockets to another class: see network_class.h */
    const char *programs[2]; /* each admits the process (process_admitted()); NULL: all are meant */
    uint64_t born;           /* process_born() of the one that is meant; 0: whoever has the number */
};

/*
 * Visits each wanted socket of a process, those of threads with a table of their own (unshare(2), CLONE_FILES)
 * included. Which process it is, is asked once its number cannot become another one's any more. Returns 0, or an errno:
 * ESRCH gone, EPERM not permitted, ENOSYS too old a kernel, EMFILE or ENFILE, EOPNOTSUPP when all was visited but such
 * a thread's table, which takes Linux 6.9; or DESCRIPTORS_OTHER_CLASS; or DESCRIPTORS_NOT_MEANT, which is nobody's
 * fault.
 */
enum { DESCRIPTORS_OTHER_CLASS = -1, DESCRIPTORS_OVER = -2, DESCRIPTORS_KERNEL = -3, DESCRIPTORS_NOT_MEANT = -4 };
int descriptors_search(pid_t pid, const struct descriptors_search *search);

/* Is this process meant, as far as a look at its number tells? */
bool descriptors_meant(pid_t pid, const struct descriptors_search *search);

/*
 * Why a process in which none was found can have none: DESCRIPTORS_OVER, DESCRIPTORS_KERNEL. 0: it could have had some.
 */
int descriptors_none(pid_t pid);

/* The same for all sockets, and never where that moves them. */
int descriptors_each(pid_t pid, descriptors_visit *visit, void *context);

/* What a result other than 0 means, for people. */
const char *descriptors_why(int result);

#endif
