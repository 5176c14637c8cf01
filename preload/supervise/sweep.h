/*
 * sweep: accepted connections on which a rule speaks of the peer's address.
 *
 * Used by supervise's server. Their listener cannot tell, and nothing is seen of accept: so the programs that
 * have such a listener are looked through every now and then. Without such rules nothing here ever runs.
 */
#ifndef PRELOAD_SUPERVISE_SWEEP_H
#define PRELOAD_SUPERVISE_SWEEP_H

#include "preload/remote/cover.h"
#include <sys/types.h>

/* The process listens on a port whose connections are decided one by one. */
void supervise_sweep_add(pid_t pid);

/* Milliseconds until the next look is due, 0 when it is; -1 when there is nothing to look at. */
int supervise_sweep_due(void);

/* Looks through those processes and what descends from them, and forgets the ones that ended. */
void supervise_sweep(struct cover *cover);

#endif
