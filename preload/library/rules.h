/*
 * rules: the text of the rules, kept from the start until the process has its first TCP socket.
 *
 * Used by start and cover. Most processes never have one, and read no rule. What the text is taken from is not asked
 * again: a program may overwrite its environment, change its folder, its root and its rights.
 */
#ifndef PRELOAD_LIBRARY_RULES_H
#define PRELOAD_LIBRARY_RULES_H

#include "core/policy_rules.h"

/*
 * At the start: copies the variable's text, or the file's that it names (@PATH): a regular one, no longer than a
 * variable may be, else a complaint is kept and there are no rules.
 */
void rules_keep(struct policy *policy);

bool rules_are_in_a_file(void);

/* Reads them; their complaints are kept. */
void rules_read(struct policy *policy);

/* The options that the policy sets on some connection, as in struct plan; of rules not read yet none. */
uint16_t rules_options(void);

#endif
