/*
 * policy_read: the settings and their origins into a policy.
 *
 * Called by the libraries (from the environment, at load) and by the commands (flags before environment).
 */
#ifndef CORE_POLICY_READ_H
#define CORE_POLICY_READ_H

#include "policy.h"

/*
 * Reads every setting. What is wrong is complained of in one line each and takes its default; a wrong rule is dropped.
 * With TCPALIVE=off nothing else is read. Returns how many complaints there were.
 */
unsigned policy_read(struct policy *policy, const struct policy_source *source);

#endif
