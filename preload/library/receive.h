/*
 * receive: descriptors that arrive in messages (SCM_RIGHTS, unix(7)) come under the policy like inherited ones.
 *
 * Used by its own hooks of recvmsg and recvmmsg and by syscalls.
 */
#ifndef PRELOAD_LIBRARY_RECEIVE_H
#define PRELOAD_LIBRARY_RECEIVE_H

#include "core/plan.h"
#include <sys/socket.h>

/* The message was received. Leaves errno alone. */
void receive_descriptors(const struct policy *policy, const struct msghdr *message);

#endif
