/*
 * Programs that make their sockets through the C library's syscall(), and other uses of it. With and
 * without the library.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RULE_BY_PEER "TCPALIVE_RULES=connect *" TWICE_VALUES "; accept 127.0.0.0/8" TWICE_VALUES

struct way {
    const char *environment;
    int listener_waits; /* only the peer's address decides: the listener itself is left alone */
};

static const struct way plain = {TWICE_SETTINGS, 0}, by_rule = {TWICE_RULE, 0}, by_peer = {RULE_BY_PEER, 1};

static void by_number(void **state)
{
    static const char *const names[] = {"client", "accepted", "fastopen"};
    const struct way *way = *state;
    struct twice twice;
    assert_int_equal(twice_run(&twice, &(struct twice_plan){.probe = "raw", .environment = way->environment}), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        twice_expect_all(&twice.bare, names[i], &twice_untouched);
        twice_expect_all(&twice.with, names[i], &twice_asked);
    }
    twice_expect_all(&twice.with, "listener", way->listener_waits ? &twice_untouched : &twice_asked);
    twice_expect_all(&twice.bare, "set", &(struct twice_values){0, 15, TWICE_SYSTEM, TWICE_SYSTEM, 0});
    twice_expect_all(&twice.with, "set", &twice_asked);
    twice_free(&twice);
}

static void send_descriptor(int through, int fd)
{
    char control[CMSG_SPACE(sizeof fd)] = {0};
    struct iovec data = {"x", 1};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    assert_int_equal(sendmsg(through, &message, 0), 1);
    close(fd);
}

static void two_messages_at_4(struct twice_stage *stage)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), 0);
    for (int i = 0; i < 2; i++) {
        int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(listen(listener, 1), 0);
        send_descriptor(ends[0], listener);
    }
    twice_keep(stage, ends[0]);
    twice_give(stage, ends[1], 4);
}

static void received_by_number(void **state)
{
    struct twice twice;
    struct twice_plan plan = {.probe = "raw-receive 4", .environment = *state, .stage = two_messages_at_4};
    assert_int_equal(twice_run(&twice, &plan), 0);
    assert_int_equal(twice.with.count, 2);
    twice_expect_all(&twice.bare, NULL, &twice_untouched);
    twice_expect_all(&twice.with, NULL, &twice_asked);
    twice_free(&twice);
}

/* A call that returns twice on one stack passes through: what it prints is compared. */
static void second_return(void **state)
{
    struct twice twice;
    if (twice_run(&twice, &(struct twice_plan){.probe = "raw-second-return", .environment = *state}) != 0) {
        print_message("not possible here: %s", twice.bare.transcript);
        twice_free(&twice);
        skip();
    }
    assert_string_equal(twice.with.transcript,
                        "waitpid 1 kept\nchild ended with 7\nwaitpid 1 kept\nchild ended with 7\nready\n");
    twice_free(&twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"by_number, plain", by_number, NULL, child_stop_all, (void *)&plain},
        {"by_number, by rule", by_number, NULL, child_stop_all, (void *)&by_rule},
        {"by_number, by peer", by_number, NULL, child_stop_all, (void *)&by_peer},
        TWICE_CASES(received_by_number, NULL, child_stop_all, ),
        {"second_return", second_return, NULL, child_stop_all, TWICE_SETTINGS},
        {"second_return, switched off", second_return, NULL, child_stop_all, "TCPALIVE=off"},
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return cmocka_run_group_tests_name("syscall", tests, NULL, NULL);
}
