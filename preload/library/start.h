/*
 * start: what happens once in a process: the environment is read, what was inherited is put under the policy.
 *
 * Run by our constructor, or by the first hooked call when another library's constructor makes one before ours. It takes no
 * lock: a thread that finds the start under way goes on as if we were not there.
 */
#ifndef PRELOAD_LIBRARY_START_H
#define PRELOAD_LIBRARY_START_H

#include "core/plan.h"

/* The policy in force, or NULL where the library has nothing to do. */
const struct policy *start_policy(void);

#endif
