/*
 * Many connections, one after the other, through accept and through AcceptEx: no handle is lost, and what a connection
 * costs.
 *
 * A call's price under Wine is the requests that it makes to wineserver; they are counted, because times on a shared
 * machine tell nothing within fifteen per cent. Waiting is left out: a thread that finds its data there does not wait,
 * so that the machine's load decides how often one does. Of 32 requests a connection by AcceptEx 6 are added: the
 * socket is covered when it is made and when it is accepted, each time by its count, its times and SO_KEEPALIVE.
 */
#include "harness/cmocka_all.h"
#include "windows/wine.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOOL "run --idle 37s --"
enum { CONNECTIONS = 2000, FEW = 300, MANY = 900, PERCENT = 120 };

static void no_handle_is_lost(const char *word, const char *way)
{
    char words[64];
    snprintf(words, sizeof words, "probe %s %d", way, CONNECTIONS);
    struct child *child = wine_start(word, TOOL, words, NULL);
    long took = wine_number(child, "took "), grown = wine_number(child, "handles ");
    assert_true(took > 0);
    if (grown > 4 * 8) /* a handful may be in use just then by threads of the system */
        fail_msg("%s %s: %ld handles more after %d connections", word, way, grown / 4, CONNECTIONS);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
    child_stop(child);
    print_message("%s %s: %d connections, %ld ms\n", word, way, CONNECTIONS, took / 1000);
}

static void handles(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        no_handle_is_lost(wine_words[i], "load");
        no_handle_is_lost(wine_words[i], "loadex");
    }
}

/*
 * The trace has a line such as `0024: close_handle() = 0` for each answer. Counted is the one thread that sends: Wine's
 * own programs start beside it, when they come to it.
 */
static long count_requests(char *trace)
{
    char thread[8] = "", own[8], name[64];
    long count = 0;
    for (const char *at = trace; (at = strstr(at, ": send_socket() = ")); at++)
        if (at - trace >= 4)
            snprintf(thread, sizeof thread, "%.4s", at - 4);
    for (char *rest = NULL, *line = strtok_r(trace, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (sscanf(line, "%4[0-9a-f]: %63[a-z_0-9]() = ", own, name) == 2 && strstr(line, "() = "))
            count += strcmp(own, thread) == 0 && strcmp(name, "select") != 0;
    return count;
}

static long requests(const char *tool, const char *way, int connections)
{
    static const char *const environment[] = {"WINEDEBUG=+server", NULL};
    char words[64];
    snprintf(words, sizeof words, "probe %s %d", way, connections);
    wine_end(); /* wineserver is told when it starts that it shall trace */
    struct child *child = wine_start("x86_64", tool, words, environment);
    child_close_stdin(child);
    assert_int_equal(child_wait(child, 4 * WINE_DEADLINE_MS), 0);
    char *trace = strdup(child_errors(child));
    long count = count_requests(trace);
    free(trace);
    child_stop(child);
    return count;
}

static void expect_price(const char *way)
{
    double bare = (double)(requests(NULL, way, MANY) - requests(NULL, way, FEW)) / (MANY - FEW);
    double with = (double)(requests(TOOL, way, MANY) - requests(TOOL, way, FEW)) / (MANY - FEW);
    print_message("%s: %.1f requests a connection bare, %.1f covered\n", way, bare, with);
    assert_true(bare > 10);
    assert_true(with > bare + 1); /* the socket is set, or it was not covered */
    assert_true(with * 100 < bare * PERCENT);
}

static void price(void **state)
{
    (void)state;
    expect_price("load");
    expect_price("loadex");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(handles, child_stop_all),
        cmocka_unit_test_teardown(price, child_stop_all),
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
