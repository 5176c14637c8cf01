/*
 * aside: a process of the program's becomes one of its supervisor's: out of reach of the program's terminal, signals
 * and limits.
 *
 * Used by supervise, once, in the supervisor's first process. What is not permitted stays as it is.
 */
#ifndef PRELOAD_SUPERVISE_ASIDE_H
#define PRELOAD_SUPERVISE_ASIDE_H

#include "core/policy.h"

/* Of what is open from 3 on it keeps `channel` alone, and what its lines need. */
void supervise_step_aside(const struct policy *policy, int channel);

/* Afterwards: may it have as many descriptors open as it takes? */
bool supervise_has_descriptors(void);

#endif
