/*
 * own_calls: the program's own setsockopt calls on keepalive, answered as TCPALIVE_MODE says.
 *
 * Used by the hook of setsockopt and by syscalls. The program's call is made first, so that a wrong one gets the kernel's own
 * error; what may not stand is put right after. Both functions leave errno alone.
 */
#ifndef PRELOAD_LIBRARY_OWN_CALLS_H
#define PRELOAD_LIBRARY_OWN_CALLS_H

#include "core/plan.h"

struct own_call {
    int fd, level, name;
    int option;    /* a setting_id, or APPLY_KEEPALIVE */
    bool governed; /* by the policy: the answer matters */
    int before;    /* what the option was */
    struct plan plan;
};

/* What the option is before the program's call. */
void own_calls_before(const struct policy *policy, struct own_call *call, int fd, int level, int name);

/* The program's call on a governed option has succeeded: puts right what may not stand. `asked` is what it set. */
void own_calls_after(const struct policy *policy, const struct own_call *call, const int *asked);

#endif
