/*
 * policy_rules: the rules of a policy, read from their text.
 *
 * Called by policy_read(), and by the library once its process has a TCP socket: most processes never have one.
 */
#ifndef CORE_POLICY_RULES_H
#define CORE_POLICY_RULES_H

#include "policy.h"

/*
 * Reads policy->rules where that has not been done; complains of wrong ones and drops them. Nobody waits: threads
 * that come at once each read all of them and write the same, the first one complains. Returns how many
 * complaints there were.
 */
unsigned policy_rules_read(struct policy *policy, const struct policy_source *source);

/* Does the text say anything but where rules end? */
bool policy_rules_are_given(const char *text);

#endif
