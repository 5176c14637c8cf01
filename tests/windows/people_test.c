/*
 * tcpalive.exe as people use it: programs that are batch files, consoles of any code page, long folders, and what the
 * system shows of its files.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_SIZE = 8192, FILE_SIZE = 1024 * 1024 };

static char output[TEXT_SIZE], errors[TEXT_SIZE];

/*
 * say.cmd on PATH hands its arguments to the probe; beside it lies a file of the same name that is for another system.
 */
static const char *const *batch_on_path(const char *word)
{
    static char variable[300];
    static const char *const environment[] = {variable, NULL};
    char path[400];
    snprintf(path, sizeof path, "%s/say", wine_folder());
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs("#!/bin/sh\n", file);
    fclose(file);
    snprintf(path, sizeof path, "%s/say.cmd", wine_folder());
    file = fopen(path, "we");
    assert_non_null(file);
    snprintf(path, sizeof path, "windows/tests/%s/probe.exe", word);
    fprintf(file, "@\"%s\" arguments %%*\r\n@exit /b 5\r\n", scene_build(path));
    fclose(file);
    snprintf(variable, sizeof variable, "WINEPATH=Z:%s", wine_folder());
    return environment;
}

static struct child *run_batch(const char *word, const char *more)
{
    char path[64], words[600];
    snprintf(path, sizeof path, "windows/%s/tcpalive.exe", word);
    snprintf(words, sizeof words, "%s run --strict -- say %s", scene_build(path), more);
    struct child *child = wine_start(word, NULL, words, batch_on_path(word));
    child_close_stdin(child);
    return child;
}

/* What npm, mvn and gradle are; their arguments arrive as they were, and none is taken for a command. */
static void batch_files_are_found(void **state)
{
    static const struct {
        const char *typed, *arrives;
    } rows[] = {
        {"plain", "argument plain\r\n"},         {"a=b,c", "argument a=b,c\r\n"},
        {"x&exit", "argument x&exit\r\n"},       {"x\"&exit&\"", "argument x\"&exit&\"\r\n"},
        {"\"&exit", "argument \"&exit\r\n"},     {"x|exit>y", "argument x|exit>y\r\n"},
        {"C:\\dir\\", "argument C:\\dir\\\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < 2; i++)
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
            struct child *child = run_batch(wine_words[i], rows[r].typed);
            int status = child_wait(child, WINE_DEADLINE_MS);
            if (status != 5 || !strstr(child_output(child), rows[r].arrives))
                fail_msg("%s: %d %s%s", rows[r].typed, status, child_output(child), child_errors(child));
            child_stop(child);
        }
}

static void what_no_batch_file_takes_is_refused(void **state)
{
    static char words[9000];
    (void)state;
    memset(words, 'x', sizeof words - 1);
    char path[64];
    snprintf(path, sizeof path, "windows/x86_64/tcpalive.exe");
    size_t used = (size_t)snprintf(words, sizeof words, "%s run -- say ", scene_build(path));
    words[used] = 'x';
    struct child *child = wine_start("x86_64", NULL, words, batch_on_path("x86_64"));
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 126);
    assert_non_null(strstr(child_errors(child), "tcpalive: program 'say': cmd.exe takes no line of more than 8191"));
    child_stop(child);
    child = run_batch("x86_64", "two\nlines");
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 126);
    assert_non_null(strstr(child_errors(child), "takes no argument of several lines"));
    child_stop(child);
}

static void check_knows_batch_files(void **state)
{
    char words[400];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        batch_on_path(wine_words[i]);
        snprintf(words, sizeof words, "check %s/say", wine_folder());
        assert_int_equal(wine_tool(wine_words[i], words, output, errors, sizeof output), 0);
        assert_non_null(
            strstr(output, "say.cmd: a batch file\n  preload    yes  cmd.exe runs it; what that starts is followed"));
    }
}

/* The console's code page has none of these letters; a file gets UTF-8. */
static void a_console_shows_letters(void **state)
{
    static const char message[] = "'\xd0\xbf\xd1\x80\xd0\xb8-\xe3\x83\x86'";
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = wine_start_console(wine_words[i], "run --", "\xd0\xbf\xd1\x80\xd0\xb8-\xe3\x83\x86/x");
        assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 127);
        wine_screen_with(child, "\xd0\xbf\xd1\x80\xd0\xb8-\xe3\x83\x86/x");
        child_stop(child);
        assert_int_equal(
            wine_tool(wine_words[i], "run -- \xd0\xbf\xd1\x80\xd0\xb8-\xe3\x83\x86", output, errors, sizeof output),
            127);
        assert_non_null(strstr(errors, message));
    }
}

/* The library and its log lie more than 260 characters deep. */
static void long_folders(void **state)
{
    static char folder[700], words[2000], text[TEXT_SIZE];
    (void)state;
    size_t used = (size_t)snprintf(folder, sizeof folder, "%s", wine_folder());
    for (int depth = 0; depth < 3; depth++) {
        used += (size_t)snprintf(folder + used, sizeof folder - used, "/%0100d", depth);
        assert_int_equal(mkdir(folder, 0700), 0);
    }
    snprintf(words, sizeof words, "cp '%s'/tcpalive.* '%s'/", scene_build("windows/x86_64"), folder);
    assert_int_equal(system(words), 0);
    snprintf(words, sizeof words,
             "%s/tcpalive.exe run --strict --idle 37s --log debug --log-file Z:%s/log -- %s crowd 1", folder, folder,
             scene_build("windows/tests/x86_64/probe.exe"));
    struct child *child = wine_start("x86_64", NULL, words, NULL);
    if (child_line_with(child, "ready", WINE_DEADLINE_MS) != 0)
        fail_msg("%s%s", child_output(child), child_errors(child));
    child_close_stdin(child);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
    child_stop(child);
    snprintf(words, sizeof words, "%s/log", folder);
    FILE *file = fopen(words, "re");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    assert_non_null(strstr(text, "tcpalive: listen on port "));
}

/* Of a file's bytes, the text in two bytes a character. */
static int has_wide(const char *bytes, size_t size, const char *text)
{
    char wide[200];
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        wide[2 * i] = text[i];
        wide[2 * i + 1] = 0;
    }
    return memmem(bytes, size, wide, 2 * length) != NULL;
}

static void files_say_what_they_are(void **state)
{
    static const char *const files[] = {"tcpalive.exe", "tcpalive.dll"};
    static char bytes[FILE_SIZE];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char path[64];
        snprintf(path, sizeof path, "windows/%s/%s", wine_words[i / 2], files[i % 2]);
        FILE *file = fopen(scene_build(path), "re");
        assert_non_null(file);
        size_t size = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        assert_int_equal(wine_tool(wine_words[i / 2], "--version", output, errors, sizeof output), 0);
        int major, minor, patch;
        assert_int_equal(sscanf(output, "tcpalive %d.%d.%d", &major, &minor, &patch), 3);
        snprintf(errors, sizeof errors, "%d.%d.%d", major, minor, patch);
        assert_true(has_wide(bytes, size, errors));
        assert_true(has_wide(bytes, size, files[i % 2]));
        const uint32_t fixed[] = {0xfeef04bd, 0x10000, (uint32_t)(major << 16 | minor), (uint32_t)(patch << 16)};
        assert_non_null(memmem(bytes, size, fixed, sizeof fixed)); /* VS_FIXEDFILEINFO */
        assert_int_equal(memmem(bytes, size, "longPathAware", 13) != NULL, i % 2 == 0);
        assert_int_equal(memmem(bytes, size, "asInvoker", 9) != NULL, i % 2 == 0);
    }
}

static void list_takes_linux_words(void **state)
{
    char words[100], row[64];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = wine_start(wine_words[i], NULL, "probe accept", NULL);
        int port = (int)wine_number(child, "listening ");
        snprintf(row, sizeof row, " 127.0.0.1:%d ", port);
        for (int named = 0; named < 2; named++) {
            snprintf(words, sizeof words, "list --port %d --program %s", port, named ? "probe,!other" : "!probe.exe");
            assert_int_equal(wine_tool(wine_words[i], words, output, errors, sizeof output), 0);
            assert_int_equal(strstr(output, row) != NULL, named);
        }
        assert_int_equal(wine_tool(wine_words[i], "list --openmetrics", output, errors, sizeof output), 0);
        assert_non_null(strstr(output, "tcpalive_connections{program=\"probe.exe\""));
        assert_string_equal(output + strlen(output) - strlen("# EOF\n"), "# EOF\n");
        assert_int_equal(wine_tool(wine_words[i], "list --openmetrics --json", output, errors, sizeof output), 125);
        child_stop(child);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(batch_files_are_found),
        TEST(what_no_batch_file_takes_is_refused),
        TEST(check_knows_batch_files),
        TEST(a_console_shows_letters),
        TEST(long_folders),
        TEST(files_say_what_they_are),
        TEST(list_takes_linux_words),
#undef TEST
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
