/*
 * sandbox: programs that put themselves under a system call filter (seccomp(2)), as browsers and servers do.
 *
 * The program lists the calls that it makes itself, and may be killed at any other. So before each filter goes
 * into force it is run here on the calls that the library would make. Where one of them would end the program or
 * reach a handler of its own, the library stands back for good: every hook passes the program's calls on and adds
 * none. A filter that answers with an error, or lets pass, changes nothing. Filters put on before the program
 * began are not seen here.
 */
#ifndef PRELOAD_LIBRARY_SANDBOX_H
#define PRELOAD_LIBRARY_SANDBOX_H

#include "core/policy.h"
#include "preload/library/memory.h"

/* What was in force before the program's call, for the case that it fails. */
struct sandbox_before {
    const struct policy *policy;
    enum level level;
    bool follow_without_us;
    struct memory_bounds memory;
};

/*
 * The program is about to make prctl(PR_SET_SECCOMP, mode, filter), or seccomp(2) with what means the same. Already
 * before it succeeds: other threads may come under the filter with it.
 */
void sandbox_prepare(struct sandbox_before *before, unsigned long mode, const void *filter);

/* The kernel did not take it. */
void sandbox_failed(const struct sandbox_before *before);

#endif
