/*
 * Programs started bare, under `tcpalive run` or under other words, and looked at from outside. What the tests of
 * the supervisor share.
 */
#ifndef TESTS_PRELOAD_SUPERVISE_SUPERVISE_H
#define TESTS_PRELOAD_SUPERVISE_SUPERVISE_H

#include "harness/child.h"
#include "harness/policy.h"

enum { SUPERVISE_WORDS = 24, SUPERVISE_EXIT_OF_TALK = 7 };

struct supervise_start {
    const char *const *launcher; /* words before the program; NULL: bare */
    const char *program, *argument;
    uid_t uid;
    const struct child_descriptor *descriptors;
};
struct child *supervise_begin(const struct supervise_start *start);

/* `tcpalive run SETTINGS --method supervise --`, in room of its own. */
const char *const *supervise_words(void);
/* Behind the first `count` words come the other ones; how many there are then. */
size_t supervise_add(const char **words, size_t count, const char *const *more);

/*
 * The sockets of the program once it is ready, at most POLICY_ROOM. It is the process that was started, whatever
 * came before it.
 */
size_t supervise_look(struct child *child, struct oracle_socket *sockets);
/* All of them are under the policy, or none. */
void supervise_expect(struct child *child, bool wanted);

/* The processes of a supervisor that was started from here; 0 when there is none. */
#define SUPERVISE_SERVER   "tcpalive: supervisor"
#define SUPERVISE_GUARDIAN "tcpalive: guardian"
#define SUPERVISE_STANDBY  "keepalive: standby"
pid_t supervise_process(const char *title);
/* A process of that title, once there is one that is another one than before. */
pid_t supervise_another(const char *title, pid_t before);

/* No supervisor that was started from here is left. */
void supervise_expect_gone(void);

#define SUPERVISE_TEST(name) cmocka_unit_test_teardown(name, child_stop_all)

#endif
