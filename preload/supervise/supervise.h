/*
 * supervise: the policy for programs that a preload cannot reach, by seccomp user notification
 * (seccomp_unotify(2)).
 *
 * Called by run in the process that execs the program afterwards. That process stays the program: its
 * supervisor is a process of its own session beside it, no child of the program's, and ends with the last
 * process of the program's tree. A filter lets the supervisor see connect, listen and what else starts a
 * connection before it happens; it takes a duplicate of the descriptor, sets the options and lets the call go
 * on. Nothing is seen of accept: accepted sockets inherit.
 */
#ifndef PRELOAD_SUPERVISE_SUPERVISE_H
#define PRELOAD_SUPERVISE_SUPERVISE_H

#include "core/policy.h"
#include "preload/program/program.h"

enum supervise_result {
    SUPERVISE_STARTED,
    SUPERVISE_REFUSED, /* nothing has changed, but that no_new_privs may be set: the program can run unprotected */
    SUPERVISE_BROKEN,  /* the filter stands and nobody answers it: the program must not be started */
};

/* `why` gets a sentence when it did not start: what is missing, and the system's own word for it. */
enum supervise_result supervise_start(const struct policy *policy, const struct program *program, struct text *why);

#endif
