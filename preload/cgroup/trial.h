/*
 * trial: does this kernel really set what the policy asks for?
 *
 * Asked before the group is touched: kernels differ in which options they take from such a program, and the
 * program can tell nobody. A child enters a group made for it below the one that was asked for, opens a listener on
 * the loopback address and reads it back. Nothing of it stays.
 */
#ifndef PRELOAD_CGROUP_TRIAL_H
#define PRELOAD_CGROUP_TRIAL_H

#include "core/policy.h"

/*
 * False, with the option in `why`, when one was not set. True also where no trial can be made. `bounds`: does the
 * kernel have the call-backs that bound data in flight (Linux 5.10)?
 */
bool cgroup_trial(int group, const struct policy *policy, bool *bounds, struct text *why);

#endif
