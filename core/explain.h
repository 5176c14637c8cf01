/*
 * explain: the policy in force, in words, as a timeline and as JSON.
 *
 * Used by `tcpalive explain` on both systems. Where the policy leaves an option to the system, the caller says
 * what that is.
 */
#ifndef CORE_EXPLAIN_H
#define CORE_EXPLAIN_H

#include "plan.h"

/* Big enough for either form with every rule, and for variables as long as a system takes (execve(2)), all escaped. */
enum { EXPLAIN_SIZE = 4 * 1024 * 1024 };

/*
 * `retransmits` is how long the system sends unacknowledged data again, as words: `about 15 minutes`; NULL where it is
 * not known and there is no other way than the library.
 */
void explain_write(struct text *text, const struct policy *policy, const struct socket_values *system,
                   const char *retransmits);
void explain_write_json(struct text *text, const struct policy *policy, const struct socket_values *system,
                        const char *retransmits);

/* Adds where a value came from: `TCPALIVE_IDLE`, `--idle`, `KEEPIDLE of libkeepalive`, `survive 350s`, `default`. */
void explain_write_source(struct text *text, const struct policy *policy, enum setting_id id);

#endif
