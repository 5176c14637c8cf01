/*
 * caller: whose call it is, and what its descriptors are.
 *
 * Used by the server. Keeps a descriptor of the thread that called last, since mostly it is also the next one to call.
 */
#ifndef PRELOAD_SUPERVISE_CALLER_H
#define PRELOAD_SUPERVISE_CALLER_H

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/types.h>

/*
 * A duplicate of the caller's descriptor `number`, or -1 with errno: EBADF, ESRCH and ENOENT are its own mistake or
 * end; CALLER_OTHER_CLASS: taking it would move the socket to our class of network (preload/remote/network_class.h).
 */
enum { CALLER_OTHER_CLASS = ECHRNG };
int supervise_caller_descriptor(int listener, const struct seccomp_notif *notification, int number);

/* The process of the one whose descriptor was taken last. */
pid_t supervise_caller_process(void);

#endif
