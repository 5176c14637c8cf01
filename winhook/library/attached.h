/*
 * attached: what attach asks about the sockets that are there, done on each of them and written into its answer.
 *
 * Used by start, on the thread that attach made.
 */
#ifndef WINHOOK_ATTACHED_H
#define WINHOOK_ATTACHED_H

#include "core/policy.h"
#include "winhook/attachment.h"

/* To set needs the policy to be in force; to look, or to take back, does not. */
void attached_look(struct attachment *asked, const struct policy *policy);

#endif
