/*
 * The policy that the tests of run, attach and cgroup put on programs, and whether sockets hold it, as the
 * oracle read them.
 */
#ifndef TESTS_HARNESS_POLICY_H
#define TESTS_HARNESS_POLICY_H

#include "harness/oracle.h"
#include <stdbool.h>

enum { POLICY_IDLE = 41, POLICY_INTERVAL = 7, POLICY_PROBES = 4, POLICY_ROOM = 64 };

#define POLICY_SETTINGS "--idle", "41", "--interval", "7", "--probes", "4"

bool policy_on(const struct oracle_socket *socket);

/* Fails unless each of them is under the policy, or none. */
void policy_expect(const struct oracle_socket *sockets, size_t count, bool wanted);

/*
 * What stands under the policy and 5 s of user timeout after the program (talk, `own`) asked for 15 s of idle and 9 s
 * of user timeout.
 */
struct policy_mode {
    const char *name;
    int idle, interval, user_timeout;
};
enum { POLICY_MODES = 3 };
extern const struct policy_mode policy_modes[POLICY_MODES];
void policy_expect_mode(const struct oracle_socket *sockets, size_t count, const struct policy_mode *mode);

/* The ports of the IPv4 and the IPv6 listener among them; 0 where there is none. */
void policy_ports(const struct oracle_socket *sockets, size_t count, int port[2]);

#endif
