/*
 * own_calls: the program's own setsockopt calls on keepalive, answered as TCPALIVE_MODE says.
 *
 * Used by the hook of setsockopt and by syscalls. What stands goes to the kernel in place of what was asked for, in the
 * program's one call: at no moment has the socket another value, and a probe that is due stays due. A call that the
 * kernel would refuse goes to it as it is.
 */
#ifndef PRELOAD_LIBRARY_OWN_CALLS_H
#define PRELOAD_LIBRARY_OWN_CALLS_H

#include "core/plan.h"
#include <sys/socket.h>

struct own_call {
    const void *value;
    socklen_t length;
    int stands; /* room for what takes the place of the program's value */
    long mark;  /* preload/apply.h: it is decided, no supervisor needs to */
};

/* Changes what the call sets, where the policy does not let that stand. Leaves errno alone. */
void own_calls_answer(const struct policy *policy, int fd, int level, int name, struct own_call *call);

#endif
