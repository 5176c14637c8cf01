/*
 * tcpalive.exe attach: which processes it takes, what it only looks at, and the way back. Sockets are read from
 * outside.
 */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT_SIZE = 8192, IDLE = 41 };

static char output[TEXT_SIZE], errors[TEXT_SIZE];

/* A program of the test's with one connection, or a listener, and its process id inside Windows. */
struct scene {
    struct child *child;
    int port, listener;
    long pid;
};

static struct scene begin_client(const char *word)
{
    char words[64];
    struct scene scene = {0};
    scene.listener = wine_listen(AF_INET, &scene.port);
    snprintf(words, sizeof words, "probe connect %d", scene.port);
    scene.child = wine_start(word, NULL, words, NULL);
    assert_int_equal(child_line_with(scene.child, "ready", CHILD_DEADLINE_MS), 0);
    struct oracle_socket seen = wine_connection(scene.port);
    scene.pid = wine_pid(oracle_port(&seen.local));
    return scene;
}

static void end(struct scene *scene)
{
    child_close_stdin(scene->child);
    assert_int_equal(child_wait(scene->child, CHILD_DEADLINE_MS), 0);
    child_stop(scene->child);
    close(scene->listener);
}

static void attach(const char *word, const char *options, long pid, int status, const char *wanted)
{
    char words[200];
    snprintf(words, sizeof words, pid ? "attach --idle 41s %s %ld" : "attach --idle 41s %s", options, pid);
    int got = wine_tool(word, words, output, errors, sizeof output);
    if (got != status || !strstr(status == 125 ? errors : output, wanted))
        fail_msg("%s %s: %d %s%s, %d %s expected", word, words, got, output, errors, status, wanted);
}

static void expect(int port, int on)
{
    struct oracle_socket seen = wine_connection(port);
    if (seen.keepalive != on || (on && seen.idle != IDLE))
        fail_msg("port %d: keepalive %d, idle %d s, %s expected", port, seen.keepalive, seen.idle, on ? "on" : "off");
}

static int has_text(const char *path, const char *wanted)
{
    char *line = NULL;
    size_t room = 0;
    int found = 0;
    FILE *file = fopen(path, "r");
    while (file && !found && getdelim(&line, &room, strstr(path, "maps") ? '\n' : '\0', file) > 0)
        found = strstr(line, wanted) != NULL;
    if (file)
        fclose(file);
    free(line);
    return found;
}

/* In how many processes of this Windows the library is mapped. */
static int loaded(void)
{
    char path[300], own[300];
    int count = 0;
    DIR *all = opendir("/proc");
    assert_non_null(all);
    snprintf(own, sizeof own, "WINEPREFIX=%s", wine_folder());
    for (const struct dirent *entry; (entry = readdir(all));) {
        if (*entry->d_name < '1' || *entry->d_name > '9')
            continue;
        snprintf(path, sizeof path, "/proc/%.20s/environ", entry->d_name);
        if (!has_text(path, own))
            continue;
        snprintf(path, sizeof path, "/proc/%.20s/maps", entry->d_name);
        count += has_text(path, "/tcpalive.dll");
    }
    closedir(all);
    return count;
}

static void look_only(const char *tool, const char *program)
{
    struct scene scene = begin_client(program);
    attach(tool, "--dry-run --verbose", scene.pid, 0, " ESTAB: no keepalive (would be set)\n1 would be set, 0 left");
    expect(scene.port, 0);
    assert_int_equal(loaded(), 0);
    attach(tool, "--undo", scene.pid, 0, "0 undone, 1 left alone, 0 refused\n");
    assert_int_equal(loaded(), 0);
    end(&scene);
}

static void a_look_leaves_nothing(void **state)
{
    (void)state;
    look_only("x86_64", "x86_64");
    look_only("x86_64", "i686");
}

static void look_back(const char *tool, const char *program)
{
    struct scene scene = begin_client(program);
    attach(tool, "", scene.pid, 0, "1 set, 0 left alone, 0 refused\n");
    expect(scene.port, 1);
    assert_int_equal(loaded(), 1);
    attach(tool, "--undo --dry-run", scene.pid, 0, "1 would be undone, 0 left alone, 0 refused\n");
    expect(scene.port, 1);
    attach(tool, "--undo", scene.pid, 0, "1 undone, 0 left alone, 0 refused\n");
    expect(scene.port, 0);
    attach(tool, "--undo", scene.pid, 0, "0 undone, 1 left alone, 0 refused\n");
    attach(tool, "--verbose", scene.pid, 0, " ESTAB:");
    expect(scene.port, 1);
    end(&scene);
}

static void it_is_taken_back_and_set_again(void **state)
{
    (void)state;
    look_back("x86_64", "i686");
    look_back("i686", "x86_64");
}

/* What a server accepts after the policy was taken back is as the system makes it, and under it again after that. */
static void later_connections_are_left_alone_too(void **state)
{
    static const char *const options[] = {"", "--undo", ""};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = wine_start(wine_words[i], NULL, "accept_server", NULL);
        int port = (int)wine_number(child, "listening ");
        for (size_t step = 0; step < 3; step++) {
            attach(wine_words[i], options[step], wine_pid(port), 0, "0 refused\n");
            int fd = loopback_connect(port);
            assert_int_equal(child_line_with(child, "accepted", CHILD_DEADLINE_MS), 0);
            expect(port, !*options[step]);
            close(fd);
            assert_int_equal(child_line_with(child, "closed", CHILD_DEADLINE_MS), 0);
        }
        child_stop(child);
    }
}

static void by_name_and_all(void **state)
{
    struct scene scene = begin_client("x86_64");
    struct child *server = wine_start("i686", NULL, "accept_server", NULL);
    int port = (int)wine_number(server, "listening ");
    (void)state;
    attach("x86_64", "--program PROBE", 0, 0, "1 set, 0 left alone");
    expect(scene.port, 1);
    assert_int_equal(wine_listener(port).keepalive, 0);
    attach("x86_64", "--program nosuch", scene.pid, 0, "0 set, 0 left alone, 0 refused\n");
    attach("x86_64", "--all --dry-run", 0, 0, " would be set, 0 left alone, 0 refused\n");
    assert_int_equal(wine_listener(port).keepalive, 0);
    attach("x86_64", "--all", 0, 0, " set, 0 left alone, 0 refused\n");
    assert_int_equal(wine_listener(port).idle, IDLE);
    end(&scene);
    child_stop(server);
}

static void what_it_has_started(void **state)
{
    char words[700];
    int port, listener = wine_listen(AF_INET, &port);
    (void)state;
    snprintf(words, sizeof words, "probe child_later %s %d", scene_build("windows/tests/i686/probe.exe"), port);
    struct child *child = wine_start("x86_64", NULL, words, NULL);
    long parent = wine_pid((int)wine_number(child, "listening "));
    child_say(child, "go\n");
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    attach("x86_64", "", parent, 0, "1 set");
    expect(port, 0);
    attach("x86_64", "--tree", parent, 0, "3 set"); /* the listener is inherited */
    expect(port, 1);
    child_close_stdin(child);
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    child_stop(child);
    close(listener);
}

static void wrong_use(void **state)
{
    (void)state;
    attach("x86_64", "", 0, 125, "tcpalive: attach: takes process numbers, --program, --service, or --all\n");
    attach("x86_64", "--all", 5, 125, "tcpalive: attach: takes process numbers, --program, --service, or --all\n");
    attach("x86_64", "--service x --watch --undo", 0, 125, "--undo and --dry-run look once\n");
    attach("x86_64", "--service x --tree", 0, 125, "tcpalive: attach '--service': stands alone\n");
    attach("x86_64", "probe", 0, 125, "--program takes a program by its name, --service a service\n");
    attach("x86_64", "", 999999, 1, "0 set, 0 left alone, 0 refused\n");
    assert_string_equal(errors, "tcpalive: process '999999': there is none\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(a_look_leaves_nothing),
        TEST(it_is_taken_back_and_set_again),
        TEST(later_connections_are_left_alone_too),
        TEST(by_name_and_all),
        TEST(what_it_has_started),
        TEST(wrong_use),
#undef TEST
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
