/* The keepalive that a program asks for itself is never lost: it gets the policy's in its place, or its own. */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/place.h"
#include "supervise.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char bare[] = "keepalive 1 idle 20", covered[] = "keepalive 1 idle 41";

static const char *const *both_words(void)
{
    static const char *words[] = {NULL, "run", POLICY_SETTINGS, "--method", "both", "--", NULL};
    words[0] = place_file("tcpalive");
    assert_non_null(place_file("libtcpalive.so"));
    return words;
}

/* The program's first line. */
static const char *look(const char *program, const struct supervise_start *start)
{
    struct supervise_start whole = *start;
    whole.program = place_file(program);
    const char *line = child_line(supervise_begin(&whole), CHILD_DEADLINE_MS);
    if (line && strcmp(line, "unavailable") == 0)
        skip();
    return line;
}

static void expect(struct supervise_start start, const char *supervised)
{
    start.launcher = NULL;
    assert_string_equal(look("tests/direct/keep", &start), bare);
    start.launcher = supervise_words();
    assert_string_equal(look("tests/direct/keep", &start), supervised);
    start.launcher = both_words();
    assert_string_equal(look("tests/direct/keep-dynamic", &start), covered);
}

static void of_a_program_that_may_not_be_looked_into(void **state)
{
    (void)state;
    if (getuid() == 0) /* root's own may look into everything */
        expect((struct supervise_start){.argument = "undumpable", .uid = PLACE_NOBODY}, bare);
    else
        expect((struct supervise_start){.argument = "undumpable"}, bare);
}

static void of_a_connection_by_io_uring(void **state)
{
    (void)state;
    expect((struct supervise_start){.argument = "ring"}, covered);
}

/* A pair whose other end holds a message with a connection in it, once for each of the three programs. */
static int end_with_connection(void)
{
    _Alignas(struct cmsghdr) char right[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec part = {(char *)"x", 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = right, .msg_controllen = sizeof right};
    int connection = loopback_connect(loopback_port(loopback_listener()));
    *CMSG_FIRSTHDR(&message) = (struct cmsghdr){CMSG_LEN(sizeof connection), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &connection, sizeof connection);
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(sendmsg(ends[1], &message, 0), 1);
    return ends[0];
}

static void of_a_connection_that_was_received(void **state)
{
    (void)state;
    const struct child_descriptor given[] = {{end_with_connection(), 9}, {-1, -1}};
    expect((struct supervise_start){.argument = "received", .descriptors = given}, covered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUPERVISE_TEST(of_a_program_that_may_not_be_looked_into),
        SUPERVISE_TEST(of_a_connection_by_io_uring),
        SUPERVISE_TEST(of_a_connection_that_was_received),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
