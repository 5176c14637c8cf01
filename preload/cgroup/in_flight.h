/*
 * in_flight: of the program for connections the part that bounds data which nobody answers.
 *
 * Keepalive does not run while data is unacknowledged; the kernel sends it again for about 15 minutes, and a user
 * timeout, the only bound there is, also ends connections to a peer that lives and has closed its window. So the user
 * timeout is set when data is sent again, which never happens into a closed window, and taken back as soon as the
 * peer says anything.
 */
#ifndef PRELOAD_CGROUP_IN_FLIGHT_H
#define PRELOAD_CGROUP_IN_FLIGHT_H

#include "preload/cgroup/programs.h"

/* Asks for the call-back when data is sent again, for a connection under VALUES. */
void sock_ops_write_watch(struct bpf_code *code);

/* On a listener: notes which of the call-backs this kernel does not have. */
void sock_ops_write_try_watching(struct bpf_code *code, const struct cgroup_maps *maps);

/* At that call-back, and at those that say that the peer has answered. They end the program. */
void sock_ops_write_unanswered(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps);
void sock_ops_write_answered(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps);

#endif
