/* Sockets of the test's own, and `tcpalive list` of them. What the tests of list share. */
#ifndef TESTS_PRELOAD_REMOTE_LIST_H
#define TESTS_PRELOAD_REMOTE_LIST_H

#include <sys/types.h>

/* A socket that is closed with the case; the second is the teardown. */
int list_keep(int fd);
int list_end(void **state);
#define LIST_TEST(name) cmocka_unit_test_teardown(name, list_end)

/* Keepalive on with these values, in the kernel's own units. */
void list_set(int fd, int idle, int interval, int probes, int user_timeout);

struct list_answer {
    char *text; /* until the next run */
    char errors[1024];
    int status;
};

/* `tcpalive list` with up to five more words. */
struct list_answer list_run(uid_t uid, const char *const words[]);
/* The same on the test itself, with up to two more. */
struct list_answer list_own(const char *more, const char *value);

#endif
