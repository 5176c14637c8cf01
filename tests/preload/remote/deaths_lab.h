/*
 * A client whose connections lead into a network namespace that goes deaf: what names them when the kernel has ended
 * them is tested here by attach, there by a supervisor.
 *
 * One connection is read, what its death makes end; a second one sent data that is not answered; a third is closed by
 * its program in time, before it dies. With APART in its environment they are those of its child's child, whose
 * parent has ended.
 */
#ifndef TESTS_PRELOAD_REMOTE_DEATHS_LAB_H
#define TESTS_PRELOAD_REMOTE_DEATHS_LAB_H

#include "harness/child.h"

enum { DEATHS_LABS = 8 };

/* The server's address in the lab of that number, 0..DEATHS_LABS-1; its port is 7001. Valid for the next few calls. */
const char *deaths_lab_peer(int number);

/*
 * Its client is behind the launcher's words; NULL: bare. Connected when it returns; NULL where there are
 * no network namespaces.
 */
struct child *deaths_lab_start(int number, const char *const *launcher);

/* The network goes deaf. */
void deaths_lab_cut(int number, struct child *lab);

/* The client has seen both deaths. It lives until its input ends. */
void deaths_lab_wait(struct child *lab);

/* A cmocka teardown. */
int deaths_lab_end(void **state);

#endif
