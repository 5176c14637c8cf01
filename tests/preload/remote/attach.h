/* Programs that run already, and `tcpalive attach` on them. What the tests of attach share. */
#ifndef TESTS_PRELOAD_REMOTE_ATTACH_H
#define TESTS_PRELOAD_REMOTE_ATTACH_H

#include "harness/child.h"
#include "harness/policy.h"

/* A program of the build, once it says `ready`. */
struct child *attach_start(const char *program, const char *argument, uid_t uid);

/* `tcpalive attach SETTINGS words... pid` (pid 0: without), to its end. */
struct child *attach_run(pid_t pid, uid_t uid, int status, const char *const words[]);

/* The sockets of a program that has the usual ones, read from outside. How many. */
size_t attach_read(const struct child *child, struct oracle_socket sockets[POLICY_ROOM]);

/* How many sockets of the process are under the policy. */
size_t attach_reached(pid_t pid);

#define ATTACH_TEST(name) cmocka_unit_test_teardown(name, child_stop_all)

#endif
