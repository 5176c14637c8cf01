/*
 * Programs and machines that make it hard: other builds of the library in the program already, libraries that come and
 * go, pages that may not become executable, handles that do not answer, and very many of them.
 */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include "windows/wine_program.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT_SIZE = 8192, CROWD = 10000, CROWD_MS = 120000 };

static char errors[TEXT_SIZE];

/* attach by the tcpalive of a folder under build/ to whoever listens there. */
static int attach_by(const char *folder, const char *word, const char *settings, int own_port)
{
    char words[600], path[200];
    snprintf(path, sizeof path, "%s/%s/tcpalive.exe", folder, word);
    snprintf(words, sizeof words, "%s attach %s %ld", scene_build(path), settings, wine_pid(own_port));
    struct child *child = wine_start(word, NULL, words, NULL);
    child_close_stdin(child);
    int status = child_wait(child, CROWD_MS);
    snprintf(errors, sizeof errors, "%s", child_errors(child));
    child_stop(child);
    return status;
}

/* A second build's functions lie elsewhere than in the file that attach has. */
static void a_library_of_another_build_is_spoken_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = wine_start(wine_words[i], NULL, "probe accept", NULL);
        int port = (int)wine_number(child, "listening ");
        assert_int_equal(attach_by("windows/tests/shifted", wine_words[i], "--idle 51s", port), 0);
        wine_listener_gets(port, 51);
        assert_int_equal(attach_by("windows", wine_words[i], "--idle 52s", port), 0);
        wine_listener_gets(port, 52);
        int fd = loopback_connect(port);
        assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
        child_stop(child);
        close(fd);
    }
}

static void another_version_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = wine_start(wine_words[i], NULL, "probe accept", NULL);
        int port = (int)wine_number(child, "listening ");
        if (attach_by("windows/tests/older", wine_words[i], "--idle 51s", port) != 0)
            fail_msg("%s", errors);
        wine_listener_gets(port, 51);
        assert_int_equal(attach_by("windows", wine_words[i], "--idle 52s", port), 1);
        assert_non_null(strstr(errors, "another version of tcpalive has been in it since it started: restart it"));
        assert_int_equal(wine_listener(port).idle, 51);
        int fd = loopback_connect(port);
        assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
        child_stop(child);
        close(fd);
    }
}

/* 32 bits for the most part, where nearly one of two rounds hit a module that had just gone. */
static void libraries_come_and_go(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *word = wine_words[i != 0];
        struct child *child = wine_start(word, NULL, "probe unload", NULL);
        int port = (int)wine_number(child, "listening ");
        assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
        if (attach_by("windows", word, "--idle 53s", port) != 0)
            fail_msg("%s", errors);
        wine_listener_gets(port, 53);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 7);
        child_stop(child);
    }
}

/* Functions found by name later are missed then, and the log says so; what is imported is not. */
static void no_page_may_become_executable(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char words[700], tool[64];
        const char *word = wine_words[i % 2], *way = i / 2 ? "getproc" : "connect";
        int port, listener = wine_listen(AF_INET, &port), by_name = i / 2 && i % 2 == 0;
        snprintf(tool, sizeof tool, "windows/tests/no_code/%s/tcpalive.exe", word);
        snprintf(words, sizeof words, "%s run --idle 37s -- ", scene_build(tool));
        snprintf(tool, sizeof tool, "windows/tests/%s/probe.exe", word);
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s %s %d", scene_build(tool), way, port);
        struct child *child = wine_start(word, NULL, words, NULL);
        if (child_line_with(child, "ready", WINE_DEADLINE_MS) != 0)
            fail_msg("%s: %s%s", words, child_output(child), child_errors(child));
        assert_int_equal(wine_connection(port).keepalive, !by_name);
        assert_int_equal(strstr(child_errors(child), "no page may become executable") != NULL, i % 2 == 0);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
        child_stop(child);
        close(listener);
    }
}

/* The listener is behind two pipes that never answer. */
static void a_handle_that_does_not_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = wine_start(wine_words[i], NULL, "probe pipes", NULL);
        int port = (int)wine_number(child, "listening ");
        assert_int_equal(attach_by("windows/tests/blocking", wine_words[i], "--idle 54s", port), 0);
        wine_listener_gets(port, 54);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
        child_stop(child);
    }
}

static int crowd_is_covered(void *context)
{
    struct child *child = context;
    child_say(child, "count\n");
    sleep(1);
    return wine_number(child, "covered ") == CROWD;
}

static void ten_thousand_sockets(void **state)
{
    char words[64];
    (void)state;
    snprintf(words, sizeof words, "probe crowd %d", CROWD);
    struct child *child = wine_start("x86_64", NULL, words, NULL);
    int port = (int)wine_number(child, "listening ");
    if (child_line_with(child, "ready", CROWD_MS) != 0)
        fail_msg("%s%s", child_output(child), child_errors(child));
    child_say(child, "count\n");
    assert_int_equal(wine_number(child, "covered "), 0);
    assert_int_equal(attach_by("windows", "x86_64", "--idle 55s", port), 0);
    if (scene_until(crowd_is_covered, child, CROWD_MS) != 0)
        fail_msg("%s", child_output(child));
    child_close_stdin(child);
    assert_int_equal(child_wait(child, CROWD_MS), 0);
    child_stop(child);
}

/* An environment is sorted by name (Microsoft: CreateProcess): ours come in at their place. */
static void a_childs_environment_stays_sorted(void **state)
{
    char words[500], path[64];
    static char output[TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "windows/tests/%s/probe.exe", wine_words[i]);
        snprintf(words, sizeof words, "probe child_environment %s", scene_build(path));
        assert_int_equal(wine_run(wine_words[i], "run --follow on --idle 37s --", words, NULL, output, sizeof output),
                         0);
        const char *before = strstr(output, "has AAA=1"), *ours = strstr(output, "has TCPALIVE=on"),
                   *idle = strstr(output, "has TCPALIVE_IDLE=37s"), *after = strstr(output, "has ZZZ=2");
        if (!(before && before < ours && before < idle && ours < after && idle < after))
            fail_msg("%s", output);
    }
}

/* The probe without a directory of import addresses, as small linkers write programs. */
static const char *without_addresses(const char *word)
{
    size_t size;
    unsigned char *bytes = wine_probe_bytes(word, &size);
    size_t headers = bytes[0x3c] + 24u, directories = headers + (bytes[headers + 1] == 2 ? 112 : 96);
    memset(bytes + directories + 12 * 8, 0, 8); /* IMAGE_DIRECTORY_ENTRY_IAT */
    return wine_program("small.exe", bytes, size);
}

/* Then the loader makes the section of the imports writable: it is to be named when they are elsewhere. */
static void import_addresses_stay_writable(void **state)
{
    static char output[TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char words[900], tool[64];
        unsigned long imports, zero[2], moved, named[2], begin, size;
        snprintf(tool, sizeof tool, "windows/%s/tcpalive.exe", wine_words[i]);
        const char *small = without_addresses(wine_words[i]);
        snprintf(words, sizeof words, "%s prepended %s %s", small, scene_build(tool), small);
        assert_int_equal(wine_run(wine_words[i], NULL, words, NULL, output, sizeof output), 0);
        const char *later = strstr(strstr(output, "imports ") + 1, "imports ");
        assert_non_null(strstr(output, "child 0"));
        assert_int_equal(
            sscanf(strstr(output, "imports "), "imports %lx addresses %lx %lx", &imports, &zero[0], &zero[1]), 3);
        assert_int_equal(sscanf(later, "imports %lx addresses %lx %lx", &moved, &named[0], &named[1]), 3);
        assert_int_equal(zero[0], 0);
        assert_true(moved != imports);
        assert_int_equal(sscanf(strstr(later, "section .idata "), "section .idata %lx %lx", &begin, &size), 2);
        assert_true(begin <= imports && imports < begin + size);
        assert_int_equal(named[0], begin);
        assert_int_equal(named[1], size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(a_library_of_another_build_is_spoken_to),
        TEST(another_version_is_refused),
        TEST(libraries_come_and_go),
        TEST(no_page_may_become_executable),
        TEST(a_handle_that_does_not_answer),
        TEST(ten_thousand_sockets),
        TEST(a_childs_environment_stays_sorted),
        TEST(import_addresses_stay_writable),
#undef TEST
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
