/*
 * What Windows refuses and Wine does not: policies and rights of the program, threads and processes that are closed,
 * old systems, the end of the console. tcpalive is linked with a part that says no in the system's place (pretend.c).
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include "windows/wine_pretend.h"
#include "windows/wine_program.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_SIZE = 16384 };

static char output[TEXT_SIZE], errors[TEXT_SIZE];

/* Its exit status, and what it and its program said. */
static int tool(const char *word, const char *pretend, const char *words)
{
    struct child *child = wine_pretend(word, pretend, words);
    int status = child_wait(child, WINE_DEADLINE_MS);
    snprintf(output, sizeof output, "%s", child_output(child));
    snprintf(errors, sizeof errors, "%s", child_errors(child));
    child_stop(child);
    return status;
}

static void expect(const char *word, const char *pretend, const char *words, int status, const char *message)
{
    int got = tool(word, pretend, words);
    if (got != status || !strstr(errors, message))
        fail_msg("PRETEND=%s %s %s: %d for %d, %s%s", pretend, word, words, got, status, output, errors);
}

/* The program runs without the library and a line says why; or is refused. */
static void programs_that_refuse_the_library(void **state)
{
    static const char *const rows[][2] = {
        {"signed_only", "it loads no library but those signed by Microsoft or the Store"},
        {"guarded_only", "it loads no library without control flow guard"},
        {"local_only", "it loads no library over the network, where tcpalive is"},
        {"no_access", "its user may not read tcpalive.dll"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expect(wine_words[i % 2], rows[i][0], "run -- %p exit 7", 7, rows[i][1]);
        expect(wine_words[i % 2], rows[i][0], "run --strict -- %p exit 7", 125, rows[i][1]);
    }
    expect("x86_64", "none", "run --strict -- %p exit 7", 7, "");
}

/* A library that the system does not load though nothing was wrong with it: what it imports is not there. */
static void a_program_that_could_not_start_starts_bare(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char command[1000], words[700], program[100];
        snprintf(command, sizeof command,
                 "cp '%s'/tcpalive.* '%s/' && LC_ALL=C sed -i 's/KERNEL32[.]dll/KERNEL99.dll/' '%s/tcpalive.dll'",
                 scene_build(i ? "windows/i686" : "windows/x86_64"), wine_folder(), wine_folder());
        snprintf(program, sizeof program, "windows/tests/%s/probe.exe", wine_words[i]);
        assert_int_equal(system(command), 0);
        for (int strict = 0; strict < 2; strict++) {
            snprintf(words, sizeof words, "%s/tcpalive.exe run %s -- %s exit 7", wine_folder(),
                     strict ? "--strict" : "", scene_build(program));
            struct child *child = wine_start(wine_words[i], NULL, words, NULL);
            int status = child_wait(child, WINE_DEADLINE_MS);
            if (status != (strict ? 125 : 7) ||
                !strstr(child_errors(child), "the system does not load tcpalive.dll into it"))
                fail_msg("%s: %d %s", words, status, child_errors(child));
            child_stop(child);
        }
    }
}

static int listener_is_as_expected(void *context)
{
    const int *expected = context;
    return wine_listener(expected[0]).keepalive == expected[1];
}

/* attach to the probe that runs as `way`, with that PRETEND in tcpalive alone. */
static void attach(const char *word, const char *way, const char *pretend, int status, const char *message)
{
    char words[64];
    snprintf(words, sizeof words, "probe %s", way);
    struct child *child = wine_start(word, NULL, words, NULL);
    int port = (int)wine_number(child, "listening ");
    snprintf(words, sizeof words, "attach --idle 61s %ld", wine_pid(port));
    expect(word, pretend, words, status, message);
    if (scene_until(listener_is_as_expected, (int[]){port, status == 0}, WINE_DEADLINE_MS) != 0)
        fail_msg("%s: the listener is not as it should be", pretend);
    child_close_stdin(child);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
    child_stop(child);
}

static void processes_of_others(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        attach(wine_words[i], "crowd 1", "no_thread", 0, "");
        attach(wine_words[i], "crowd 1", "no_thread_at_all", 1, "no thread can be started in it: ");
        assert_non_null(strstr(errors, "(error 8)"));
        attach(wine_words[i], "crowd 1", "closed", 0, "");
        attach(wine_words[i], "crowd 1", "many_libraries", 0, "");
        attach(wine_words[i], "crowd 1", "closed_to_all", 1, "(error 5)");
        attach(wine_words[i], "other_machine", "none", 1, "it is for another kind of processor");
        expect(wine_words[i], "closed", "list", 0, "");
        assert_null(strstr(errors, "could not be looked into"));
        expect(wine_words[i], "closed_to_all", "list", 0,
               "as many could not be looked into; an administrator sees more");
    }
}

static void what_does_not_start_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        expect(wine_words[i], "start_fails=740", "run -- %p exit 7", 126, "start tcpalive as administrator, as this ");
        expect(wine_words[i], "file_fails=1920", "check -- %p", 126, "an alias of an installed app, whose program is ");
        expect(wine_words[i], "vista", "run -- %p exit 7", 125,
               "tcpalive: Windows '6.0': is too old: Windows 7 or Server 2008 R2 (6.1) is the oldest ");
    }
}

/* Before Windows 7 the loader would say no more than that an entry point is missing. */
static void the_command_starts_on_what_is_too_old(void **state)
{
    static char bytes[1024 * 1024];
    static const char *const newer[] = {"K32", "GetTickCount64", "QueryFullProcessImageName", "WSAConnectByName"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char path[64];
        snprintf(path, sizeof path, "windows/%s/tcpalive.exe", wine_words[i]);
        FILE *file = fopen(scene_build(path), "re");
        assert_non_null(file);
        size_t size = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        for (size_t n = 0; n < sizeof newer / sizeof *newer; n++)
            if (memmem(bytes, size, newer[n], strlen(newer[n])))
                fail_msg("%s names %s", path, newer[n]);
        assert_int_equal(bytes[(unsigned char)bytes[0x3c] + 0x48], 5); /* the subsystem's version */
    }
}

/* A copy of the probe that says it has windows. */
static const char *with_windows(const char *word)
{
    size_t size;
    unsigned char *bytes = wine_probe_bytes(word, &size);
    bytes[bytes[0x3c] + 0x5c] = 2; /* IMAGE_SUBSYSTEM_WINDOWS_GUI */
    return wine_program("windowed.exe", bytes, size);
}

static int is_saved(void *path)
{
    return access(path, F_OK) == 0;
}

/* Does a program that is at its work when tcpalive ends finish it? */
static int finishes(const char *word, const char *pretend, const char *program, int wait_ms)
{
    char words[700], path[300];
    snprintf(path, sizeof path, "%s/saved", wine_folder());
    unlink(path);
    snprintf(words, sizeof words, "run -- %s saves Z:%s", program, path);
    struct child *child = wine_pretend(word, pretend, words);
    child_wait(child, WINE_DEADLINE_MS);
    int saved = scene_until(is_saved, path, wait_ms) == 0;
    child_stop(child);
    return saved;
}

/* With the console a program ends when it is done; it is killed only with us, and never when it has windows. */
static void the_end_of_the_console(void **state)
{
    (void)state;
    assert_true(finishes("x86_64", "closing", "%p", 0));
    assert_false(finishes("i686", "dying", "%p", 3000));
    assert_true(finishes("i686", "dying", with_windows("i686"), WINE_DEADLINE_MS));
}

static char text[TEXT_SIZE];

static void log_into(const char *word, const char *pretend)
{
    char words[400], path[300];
    snprintf(path, sizeof path, "%s/log", wine_folder());
    unlink(path);
    snprintf(words, sizeof words, "run --log debug --log-file Z:%s -- %%p crowd 1", path);
    assert_int_equal(tool(word, pretend, words), 0);
    FILE *file = fopen(path, "re");
    if (!file)
        fail_msg("no log: %s", errors);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
}

static void a_log_in_the_cloud(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        log_into(wine_words[i], "cloud_file");
        assert_non_null(strstr(text, "tcpalive: listen on port "));
        log_into(wine_words[i], "link_file");
        assert_string_equal(text, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(programs_that_refuse_the_library),
        TEST(a_program_that_could_not_start_starts_bare),
        TEST(processes_of_others),
        TEST(what_does_not_start_is_told),
        TEST(the_command_starts_on_what_is_too_old),
        TEST(the_end_of_the_console),
        TEST(a_log_in_the_cloud),
#undef TEST
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
