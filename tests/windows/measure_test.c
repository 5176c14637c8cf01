/*
 * tcpalive.exe measure on loopback, in a network namespace where that may be had: a service that closes silent clients,
 * and when TCPALIVE_TEST_SOAK is set one that keeps them and a path that drops them. Which silences are tried, and what
 * answers come to, is core's, and seen on many paths under Linux (tests/labs/measure_test.c).
 */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_SIZE = 8192, CLIENTS = 8, CLOSES_MS = 1500 };

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
 * Takes connections, says nothing, and closes each after so long; 0: never. With a port to drop the path is broken once
 * the one that only asks whether anybody is there and two more have come.
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
    if (pid == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0) /* where a case fails nobody ends it */
        serve_for_ever(listener, closes_ms, dropped_port);
    if (pid == 0)
        _exit(1);
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
    if (!wine_has_own_network())
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

/* A serving end on some free port; measure --serve of that word size, or of Linux (""). */
static struct child *serve_far_end(const char *word, int *port)
{
    char words[64], number[8];
    *port = wine_free_port();
    snprintf(words, sizeof words, "measure --serve 127.0.0.1:%d", *port);
    snprintf(number, sizeof number, "%d", *port);
    const char *argv[] = {scene_build("tcpalive"), "measure", "--serve", number, NULL};
    struct child *child = *word ? wine_start(word, words, "", NULL) : child_start(&(struct child_plan){.argv = argv});
    if (child_line_with(child, "listens on ", WINE_DEADLINE_MS) != 0)
        fail_msg("%s: %s%s", words, child_output(child), child_errors(child));
    return child;
}

/* Windows asks Linux to speak, Linux asks Windows, and a stranger who says something else is sent away. */
static void the_far_direction(void **state)
{
    static const char answer[] = "\"direction\":\"in\",\"remembers_s\":1,\"forgets_s\":null,\"cause\":\"none\"";
    char words[128], name[32];
    int port;
    (void)state;
    struct child *far = serve_far_end("", &port);
    snprintf(words, sizeof words, "measure --json --direction in --from=1s --up-to=1s --connections=2 127.0.0.1:%d",
             port);
    if (wine_tool("i686", words, output, errors, sizeof output) != 0 || !strstr(output, answer))
        fail_msg("%s: %s%s", words, output, errors);
    child_stop(far);
    far = serve_far_end("x86_64", &port);
    snprintf(name, sizeof name, "127.0.0.1:%d", port);
    const char *linux_words[] = {
        scene_build("tcpalive"), "measure", "--json", "--direction", "in", "--from", "1s", "--up-to", "1s",
        "--connections",         "2",       name,     NULL};
    if (child_run(&(struct child_plan){.argv = linux_words}, output, sizeof output) != 0 || !strstr(output, answer))
        fail_msg("%s: %s", name, output);
    int stranger = loopback_connect(port);
    assert_int_equal(write(stranger, "GET / HTTP/1.1\r\n", 16), 16);
    struct pollfd ended = {.fd = stranger, .events = POLLIN};
    assert_int_equal(poll(&ended, 1, WINE_DEADLINE_MS), 1);
    assert_true(read(stranger, output, sizeof output) <= 0);
    close(stranger);
    child_stop(far);
}

/* On a console: how it goes, and at Ctrl-C what is known so far. */
static void ctrl_c_gives_what_is_known(void **state)
{
    char words[128];
    int port, listener = wine_listen(AF_INET, &port);
    (void)state;
    pid_t server = serve(listener, 0, 0);
    snprintf(words, sizeof words, "measure --from=1h --up-to=2h --connections=4 127.0.0.1:%d", port);
    struct child *child = wine_start_console("x86_64", words, "");
    wine_screen_with(child, "4 wait, the next 3600s, the last 7200s");
    child_say(child, "\003");
    wine_screen_with(child, "Nothing is known yet.");
    int status = child_wait(child, WINE_DEADLINE_MS);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    close(listener);
    assert_int_equal(status, 1);
}

static void what_windows_does_not_tell(void **state)
{
    (void)state;
    assert_int_equal(wine_tool("i686", "measure -- psql -h db", output, errors, sizeof output), 125);
    assert_string_equal(errors,
                        "tcpalive: measure 'psql': needs HOST:PORT: Windows tells nobody else what becomes of a "
                        "program's connections\n");
    assert_int_equal(wine_tool("i686", "measure --serve 5 a:1", output, errors, sizeof output), 125);
    assert_int_equal(wine_tool("i686", "measure --connections 65 a:1", output, errors, sizeof output), 125);
    assert_string_equal(errors, "tcpalive: --connections '65': must be 1..64\n");
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
        cmocka_unit_test_teardown(the_far_direction, child_stop_all),
        cmocka_unit_test_teardown(ctrl_c_gives_what_is_known, child_stop_all),
        cmocka_unit_test_teardown(what_windows_does_not_tell, child_stop_all),
    };
    int failed = cmocka_run_group_tests(tests, wine_setup, wine_teardown);
    if (getenv("TCPALIVE_TEST_SOAK"))
        failed += cmocka_run_group_tests(longer, wine_setup, wine_teardown);
    return failed;
}
