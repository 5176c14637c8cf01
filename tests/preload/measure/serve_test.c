/* The serving end of measure, as its own kind and others meet it. */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include "preload/command/command.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GUESTS_MAX = 1024 };

static struct child *serve(int *port)
{
    const char *words[] = {"measure", "--serve", NULL, NULL};
    char where[32];
    *port = twice_free_port();
    snprintf(where, sizeof where, "%s", loopback_name(*port));
    words[2] = where;
    struct child *child = command_start(words, NULL);
    const char *line = child_line(child, CHILD_DEADLINE_MS);
    assert_non_null(line);
    assert_string_equal(line + strlen("listens on "), where);
    return child;
}

static void say_to(int fd, const char *text, size_t length)
{
    assert_int_equal(send(fd, text, length, MSG_NOSIGNAL), length);
}

static void the_serving_end_speaks_once_and_to_its_own_kind_only(void **state)
{
    static const char *const strange[] = {"GET / HTTP/1.1\r\n\r\n", "\n", "tcpalive silence 0\n",
                                          "tcpalive silence 5\n5"};
    static const char answer[] = "tcpalive spoke\n";
    int port, fd;
    char bytes[64] = "";
    struct child *child = serve(&port);
    (void)state;
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        fd = loopback_connect(port);
        say_to(fd, strange[i], strlen(strange[i]));
        assert_int_equal(loopback_bytes_before_end(fd), 0);
        close(fd);
    }
    fd = loopback_connect(port);
    say_to(fd, "\0\xff\x80\n", 4);
    assert_int_equal(loopback_bytes_before_end(fd), 0);
    close(fd);
    fd = loopback_connect(port);
    long long asked = scene_now_ms();
    say_to(fd, "tcpalive sil", 12);
    say_to(fd, "ence 300\n", 9);
    struct pollfd one = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&one, 1, CHILD_DEADLINE_MS), 1);
    assert_true(scene_now_ms() - asked >= 300);
    assert_int_equal(recv(fd, bytes, sizeof bytes, 0), sizeof answer - 1);
    assert_string_equal(bytes, answer);
    say_to(fd, "more", 4);
    assert_int_equal(loopback_bytes_before_end(fd), 0);
    close(fd);
    child_signal(child, SIGTERM);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
}

static int is_closed(int fd)
{
    char byte;
    ssize_t count = recv(fd, &byte, 1, MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN);
}

/* One more than it holds is turned away at once; those that it has stay, and there is room again when one leaves. */
static void the_serving_end_holds_so_many(void **state)
{
    static int guests[GUESTS_MAX];
    int port, fd;
    struct child *child = serve(&port);
    (void)state;
    for (int i = 0; i < GUESTS_MAX; i++)
        guests[i] = loopback_connect(port);
    fd = loopback_connect(port);
    assert_int_equal(loopback_bytes_before_end(fd), 0);
    close(fd);
    for (int i = 0; i < GUESTS_MAX; i++)
        assert_false(is_closed(guests[i]));
    for (int i = 0; i < GUESTS_MAX; i++)
        close(guests[i]);
    fd = loopback_connect(port);
    say_to(fd, "tcpalive silence 1\n", 19);
    struct pollfd one = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&one, 1, CHILD_DEADLINE_MS), 1);
    assert_false(is_closed(fd));
    close(fd);
    child_stop(child);
}

static void an_address_in_use_is_told(void **state)
{
    int listener = loopback_listener();
    const char *words[] = {"measure", "--serve", loopback_name(loopback_port(listener)), NULL};
    struct child *child = command_start(words, NULL);
    (void)state;
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 1);
    assert_non_null(strstr(child_errors(child), "Address already in use"));
    close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        COMMAND_TEST(the_serving_end_speaks_once_and_to_its_own_kind_only),
        COMMAND_TEST(the_serving_end_holds_so_many),
        COMMAND_TEST(an_address_in_use_is_told),
    };
    return cmocka_run_group_tests(tests, command_find, NULL);
}
