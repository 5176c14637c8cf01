/*
 * start: what happens once in a process: the environment is read, what was inherited is put under the policy.
 *
 * Run by our constructor, or by the first hooked call when another library's constructor makes one before ours. It
 * takes no lock: a thread that finds the start under way goes on as if we were not there.
 */
#ifndef PRELOAD_LIBRARY_START_H
#define PRELOAD_LIBRARY_START_H

#include "core/plan.h"

/* The policy in force; NULL where the library has nothing to do, and before the start. */
static inline __attribute__((always_inline)) const struct policy *start_policy_in_force(void)
{
    extern const struct policy *start_in_force __attribute__((visibility("hidden")));
    return __atomic_load_n(&start_in_force, __ATOMIC_ACQUIRE);
}

/* The same, but starts where that has not happened yet. */
const struct policy *start_if_needed(void);

static inline __attribute__((always_inline)) const struct policy *start_policy(void)
{
    const struct policy *policy = start_policy_in_force();
    return policy ? policy : start_if_needed();
}

/* The process that began; a fork(2) of it has another number. */
int start_pid(void);

/*
 * LD_PRELOAD as the program found it when it began; NULL: none. Its text may have been overwritten by
 * the program since.
 */
const char *start_preload(void);

/* Every hook passes the program's calls on and adds none, until start_stand_up(): which none asks for but sandbox. */
void start_stand_back(void);
void start_stand_up(void);

#endif
