/*
 * Programs of the kind that this is for: Free Pascal servers on a completion port, and node.exe, which nobody
 * here wrote, as server and as client.
 */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include "windows/wine_seen.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TOOL "run --idle 37s --interval 10s --probes 10 --"
enum { IDLE = 37, INTERVAL = 10 };

static void expect(struct oracle_socket seen, int covered, const char *who)
{
    if (seen.keepalive != covered || (covered && (seen.idle != IDLE || seen.interval != INTERVAL))) {
        oracle_print(stderr, &seen);
        fail_msg("%s: keepalive %s expected", who, covered ? "37 s, 10 s" : "off");
    }
}

/* The server still does its work: what was sent comes back. */
static void expect_echo(int fd)
{
    char text[8] = "";
    struct timeval limit = {WINE_DEADLINE_MS / 1000, 0};
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    assert_int_equal(send(fd, "echo", 4, 0), 4);
    assert_int_equal(recv(fd, text, sizeof text - 1, 0), 4);
    assert_string_equal(text, "echo");
}

/* The program of that name, for that machine; started by the words, with the tcpalive of a word size. */
static void look_at_server(const char *word, const char *words, int covered, const char *machine, const char *name)
{
    struct child *child = wine_start(word, covered ? TOOL : NULL, words, NULL);
    int port = (int)wine_number(child, "listening ");
    assert_true(port > 0);
    expect(wine_listener(port), covered, words);
    int fd = loopback_connect(port);
    assert_int_equal(child_line_with(child, "accepted", WINE_DEADLINE_MS), 0);
    expect(wine_connection(port), covered, words);
    expect_echo(fd);
    if (covered)
        wine_seen(machine, name, NULL);
    close(fd);
    child_stop(child);
}

static void pascal_servers(void **state)
{
    static const char *const servers[] = {"accept_server", "acceptex_server", "acceptex_server bare"};
    static const char *const names[] = {"accept_server.exe", "acceptex_server.exe", "acceptex_server.exe"};
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        look_at_server(wine_words[i % 2], servers[i / 2], 0, wine_words[i % 2], names[i / 2]);
        look_at_server(wine_words[i % 2], servers[i / 2], 1, wine_words[i % 2], names[i / 2]);
    }
}

static void needs_node(void)
{
    if (access(scene_build("cache/wine/node.exe"), R_OK) == 0)
        return;
    print_message("skipped: the npm registry, where node.exe comes from, did not answer\n");
    skip();
}

/* A script for node, in a file: its path in words. */
static const char *script(const char *text, int port)
{
    static char words[700];
    snprintf(words, sizeof words, "%s/script.js", wine_folder());
    FILE *file = fopen(words, "we");
    assert_non_null(file);
    /* Its console knows no pipe of Wine's. */
    fputs("const say = text => require('fs').writeSync(1, text + '\\n');\n", file);
    fprintf(file, text, port);
    fclose(file);
    snprintf(words, sizeof words, "%s Z:%s/script.js", scene_build("cache/wine/node.exe"), wine_folder());
    return words;
}

static void node_as_server(void **state)
{
    static const char text[] =
        "const s = require('net').createServer(c => { say('accepted'); c.on('data', d => c.write(d)); });\n"
        "s.listen(%d, '127.0.0.1', () => say('listening ' + s.address().port));\n";
    (void)state;
    needs_node();
    for (int covered = 0; covered < 2; covered++)
        look_at_server(wine_words[0], script(text, 0), covered, wine_words[0], "node.exe");
    /* The 32-bit command starts the 64-bit program. */
    look_at_server(wine_words[1], script(text, 0), 1, wine_words[0], "node.exe");
}

static void node_as_client(void **state)
{
    static const char text[] = "require('net').connect(%d, '127.0.0.1', () => say('ready'));\n";
    (void)state;
    needs_node();
    for (int covered = 0; covered < 2; covered++) {
        int port, listener = wine_listen(AF_INET, &port);
        struct child *child = wine_start(wine_words[0], covered ? TOOL : NULL, script(text, port), NULL);
        assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
        expect(wine_connection(port), covered, "node.exe");
        child_stop(child);
        close(listener);
    }
}

/* node starts node: the child's connection is covered as well. */
static void node_starts_a_child(void **state)
{
    static const char text[] =
        "const port = %d;\n"
        "if (process.argv[2]) require('net').connect(port, '127.0.0.1', () => say('ready'));\n"
        "else require('child_process').spawn(process.execPath, [__filename, 'child'], {stdio: 'inherit'});\n";
    (void)state;
    needs_node();
    for (int covered = 0; covered < 2; covered++) {
        int port, listener = wine_listen(AF_INET, &port);
        struct child *child = wine_start(wine_words[0], covered ? TOOL : NULL, script(text, port), NULL);
        assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
        expect(wine_connection(port), covered, "node.exe of node.exe");
        child_stop(child);
        close(listener);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(pascal_servers),
        TEST(node_as_server),
        TEST(node_as_client),
        TEST(node_starts_a_child),
#undef TEST
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
