#include "attach.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include <stdio.h>

enum { WORDS = 24, SOCKETS = 10100 };

struct child *attach_start(const char *program, const char *argument, uid_t uid)
{
    const char *argv[] = {place_file(program), argument, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv, .uid = uid});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    return child;
}

struct child *attach_run(pid_t pid, uid_t uid, int status, const char *const words[])
{
    char number[16];
    const char *argv[WORDS] = {place_file("tcpalive"), "attach", POLICY_SETTINGS};
    size_t count = 8;
    for (; words && *words; words++)
        argv[count++] = *words;
    snprintf(number, sizeof number, "%d", (int)pid);
    argv[count] = pid ? number : NULL;
    struct child *child = child_start(&(struct child_plan){.argv = argv, .uid = uid});
    int ended = child_wait(child, CHILD_DEADLINE_MS);
    if (ended != status)
        fail_msg("exit status %d: %s", ended, child_errors(child));
    return child;
}

size_t attach_read(const struct child *child, struct oracle_socket sockets[POLICY_ROOM])
{
    ssize_t count = oracle_tree(child_pid(child), sockets, POLICY_ROOM);
    assert_true(count >= 7);
    return (size_t)count;
}

size_t attach_reached(pid_t pid)
{
    static struct oracle_socket sockets[SOCKETS];
    size_t with = 0;
    ssize_t count = oracle_process(pid, sockets, sizeof sockets / sizeof *sockets);
    for (ssize_t i = 0; i < count; i++)
        with += policy_on(&sockets[i]);
    return with;
}
