/*
 * A control group of the test's own, the command on it, and programs in it. What the tests of `tcpalive cgroup` share.
 * Where no control group or no program for it is to be had, every case is skipped and says why.
 */
#ifndef TESTS_PRELOAD_CGROUP_CGROUP_H
#define TESTS_PRELOAD_CGROUP_CGROUP_H

#include "harness/child.h"
#include "harness/policy.h"

#define WORDS_OF(...) ((const char *const[]){__VA_ARGS__, NULL})

extern char cgroup_path[512];

/* cmocka's functions for the group of tests; and the teardown of a case, which takes the policy away. */
int cgroup_begin(void **state);
int cgroup_end(void **state);
int cgroup_end_case(void **state);
#define CGROUP_TEST(name) cmocka_unit_test_teardown(name, cgroup_end_case)

void cgroup_need(void);

/* `tcpalive cgroup words... GROUP` to its end, whose status is not judged when it is below 0. */
struct child *cgroup_command(int status, const char *const words[]);
/* The same with success, and nothing said on stderr. */
void cgroup_put(const char *const words[]);

/* A program in the group; one that says `ready`. */
struct child *cgroup_start(const char *const words[]);
struct child *cgroup_start_ready(const char *const words[]);

/*
 * One whose sockets are made by io_uring, and all of them under the policy or none; not where the kernel makes none so.
 */
void cgroup_expect_ring(const char *const words[], bool wanted);

/*
 * A program in the group that does what it is told, in Python: `listener` and `client`, connected to it, are there
 * already; the errno of what it was told last, or 0; and one of its sockets as the kernel has it.
 */
struct child *cgroup_start_told(void);
int cgroup_tell(struct child *child, const char *what);
struct oracle_socket cgroup_told_socket(struct child *child, const char *name);

/* Of all sockets of the child and what it started, all are under the policy, or none. */
void cgroup_expect(struct child *child, bool wanted);

#endif
