/*
 * trial: does this kernel really set what the policy asks for?
 *
 * Used by cgroup before it touches the group: kernels differ in which options they take from such a program, and the
 * program can tell nobody. A child enters a group made for it below the one that was asked for, opens a listener on
 * the loopback address and reads it back. Nothing of it stays.
 */
#ifndef PRELOAD_CGROUP_TRIAL_H
#define PRELOAD_CGROUP_TRIAL_H

#include "core/policy.h"

/* False, with the option in `why`, when one was not set. True also where no trial can be made. */
bool cgroup_trial(int group, const struct policy *policy, struct text *why);

#endif
