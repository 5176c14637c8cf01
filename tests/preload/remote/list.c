#include "list.h"
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOCKETS = 8 };

static int opened[SOCKETS];
static size_t opened_count;

int list_keep(int fd)
{
    assert_true(fd >= 0 && opened_count < SOCKETS);
    return opened[opened_count++] = fd;
}

int list_end(void **state)
{
    while (opened_count)
        close(opened[--opened_count]);
    return child_stop_all(state);
}

void list_set(int fd, int idle, int interval, int probes, int user_timeout)
{
    const int on = 1;
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, sizeof user_timeout), 0);
}

struct list_answer list_run(uid_t uid, const char *const words[])
{
    static char text[4 << 20];
    struct list_answer answer = {.text = text};
    const char *argv[8] = {place_file("tcpalive"), "list"};
    for (size_t i = 0; words && words[i]; i++)
        argv[2 + i] = words[i];
    struct child *child = child_start(&(struct child_plan){.argv = argv, .uid = uid});
    answer.status = child_wait(child, CHILD_DEADLINE_MS);
    snprintf(text, sizeof text, "%s", child_output(child));
    snprintf(answer.errors, sizeof answer.errors, "%s", child_errors(child));
    child_stop(child);
    return answer;
}

struct list_answer list_own(const char *more, const char *value)
{
    static char number[16];
    snprintf(number, sizeof number, "%d", (int)getpid());
    return list_run(0, (const char *[]){"--pid", number, more, value, NULL});
}
