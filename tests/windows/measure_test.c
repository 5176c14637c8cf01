/*
 * tcpalive.exe measure on loopback, in a network namespace where that may be had: a service that closes silent clients, and when
 * TCPALIVE_TEST_SOAK is set one that keeps them and a path that drops them. Which silences are tried, and what answers come to, is
 * core's, and seen on many paths under Linux (tests/labs/measure_test.c).
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_SIZE = 8192, CLIENTS = 8, CLOSES_MS = 1500 };

static bool own_network;
static char output[TEXT_SIZE], errors[TEXT_SIZE];

/* On the network that is our own: packets of connections to that port go, but for their beginning. */
static void drop(int port)
{
    char command[256];
    snprintf(command, sizeof command,
             "nft 'add table ip lost; add chain ip lost in { type filter hook input priority 0; }; "
             "add rule ip lost in tcp dport %d tcp flags & syn == 0 drop'",
             port);
    assert_int_equal(system(command), 0);
}

/*
 * Takes connections, says nothing, and closes each after so long; 0: never. With a port to drop the path is broken once the one that
 * only asks whether anybody is there and two more have come.
 */
static void serve_for_ever(int listener, int closes_ms, int dropped_port)
{
    for (;;) {
        int fds[CLIENTS], count = 0;
        struct pollfd one = {.fd = listener, .events = POLLIN};
        while (count < CLIENTS && poll(&one, 1, closes_ms && count ? closes_ms : -1) == 1) {
            fds[count++] = accept(listener, NULL, NULL);
            if (count == 3 && dropped_port)
                drop(dropped_port);
        }
        while (count)
            close(fds[--count]);
    }
}

static pid_t serve(int listener, int closes_ms, int dropped_port)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        serve_for_ever(listener, closes_ms, dropped_port);
    return pid;
}

static void measure(const char *options, int closes_ms, int status, const char *answer)
{
    char words[128];
    int port, listener = wine_listen(AF_INET, &port);
    pid_t server = serve(listener, closes_ms, 0);
    snprintf(words, sizeof words, "measure --json %s 127.0.0.1:%d", options, port);
    int ended = wine_tool("x86_64", words, output, errors, sizeof output);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    close(listener);
    if (ended != status || !strstr(output, answer))
        fail_msg("%s: %d %s%s", words, ended, output, errors);
}

static void a_silent_client_that_is_kept(void **state)
{
    (void)state;
    measure("--from=1s --up-to=1s --connections=2", 0, 0,
            "\"direction\":\"out\",\"remembers_s\":1,\"forgets_s\":null,\"cause\":\"none\"");
}

static void a_service_that_closes(void **state)
{
    (void)state;
    measure("--from=4s --up-to=5s", CLOSES_MS, 0, "\"cause\":\"closed\"");
}

static void a_path_that_drops(void **state)
{
    char words[128];
    int port, listener = wine_listen(AF_INET, &port);
    (void)state;
    if (!own_network)
        skip(); /* no network of its own to break */
    pid_t server = serve(listener, 0, port);
    snprintf(words, sizeof words, "measure --json --from=3s --up-to=3s --connections=2 127.0.0.1:%d", port);
    int ended = wine_tool("x86_64", words, output, errors, sizeof output);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    close(listener);
    if (ended != 0 || !strstr(output, "\"remembers_s\":null,\"forgets_s\":3,\"cause\":\"dropped\""))
        fail_msg("%s: %d %s%s", words, ended, output, errors);
}

static void who_does_not_answer(void **state)
{
    (void)state;
    assert_int_equal(wine_tool("x86_64", "measure 127.0.0.1:1", output, errors, sizeof output), 1);
    assert_non_null(strstr(errors, "tcpalive: measure '127.0.0.1:1': "));
    assert_int_equal(wine_tool("i686", "measure 127.0.0.1", output, errors, sizeof output), 125);
}

static int setup(void **state)
{
    own_network = unshare(CLONE_NEWNET) == 0 && system("ip link set lo up") == 0;
    return wine_setup(state);
}

int main(void)
{
    const struct CMUnitTest longer[] = {
        cmocka_unit_test_teardown(a_silent_client_that_is_kept, child_stop_all),
        cmocka_unit_test_teardown(a_path_that_drops, child_stop_all),
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_service_that_closes, child_stop_all),
        cmocka_unit_test_teardown(who_does_not_answer, child_stop_all),
    };
    int failed = cmocka_run_group_tests(tests, setup, wine_teardown);
    if (getenv("TCPALIVE_TEST_SOAK"))
        failed += cmocka_run_group_tests(longer, wine_setup, wine_teardown);
    return failed;
}
