/*
 * in_force: the policy in force in this process, and the settings that attach brought.
 *
 * Put there by start, asked by whatever decides.
 */
#ifndef WINHOOK_IN_FORCE_H
#define WINHOOK_IN_FORCE_H

#include "core/policy.h"

/* Never NULL once a hook can be called. */
const struct policy *in_force(void);

/* A block (environment.h); NULL where the settings are those of this process's environment. */
const char *in_force_attached(void);

/* Another policy takes the place of the one before. */
void in_force_set(struct policy *policy);
void in_force_attach(const char *settings);

#endif
