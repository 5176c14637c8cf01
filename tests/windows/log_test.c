/*
 * The lines that the library writes: what each connection got, where they go, and what it complains of.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT_SIZE = 8192 };

/* As many probes as Windows has: nothing is rescaled. */
#define POLICY "--idle 37s --interval 10s --probes 10 --"

static void the_log_tells_each_connection(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char words[700], line[64], text[TEXT_SIZE] = "";
        int port, listener = wine_listen(AF_INET, &port);
        snprintf(words, sizeof words, "probe connect %d", port);
        struct child *child = wine_start(wine_words[i], "run --log info " POLICY, words, NULL);
        assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
        snprintf(line, sizeof line, "tcpalive: connect 127.0.0.1:%d fd ", port);
        assert_int_equal(child_error_with(child, line, WINE_DEADLINE_MS), 0);
        child_stop(child);
        snprintf(words, sizeof words, "run --log info --log-file Z:%s/log " POLICY, wine_folder());
        snprintf(line, sizeof line, "probe connect %d", port);
        child = wine_start(wine_words[i], words, line, NULL);
        assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
        child_stop(child);
        snprintf(words, sizeof words, "%s/log", wine_folder());
        FILE *file = fopen(words, "re");
        assert_non_null(file);
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
        assert_int_equal(unlink(words), 0);
        assert_non_null(strstr(text, "tcpalive: connect 127.0.0.1:"));
        assert_non_null(strstr(text, "idle 37s, interval 10s, probes 10"));
        close(listener);
    }
}

/* Where ten probes are fixed, the line says what was set and not what was asked for. */
static void the_log_tells_what_was_applied(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char words[100];
        int port, listener = wine_listen(AF_INET, &port);
        snprintf(words, sizeof words, "probe connect %d", port);
        struct child *child =
            wine_start(wine_words[i], "run --log info --idle 40s --interval 20s --probes 4 --", words, NULL);
        assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
        assert_int_equal(child_error_with(child, "tcpalive: connect ", WINE_DEADLINE_MS), 0);
        const char *applied =
            wine_counts_probes() ? "idle 40s, interval 20s, probes 4" : "idle 40s, interval 8s, probes 10";
        if (!strstr(child_errors(child), applied))
            fail_msg("%s", child_errors(child));
        child_stop(child);
        close(listener);
    }
}

/* The library complains once and goes on with the default; the program's own output stays its own. */
static void a_wrong_variable_is_one_line(void **state)
{
    static const char *const environment[] = {"TCPALIVE_IDLE=soon", NULL};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = wine_start(wine_words[i], "run --", "probe exit 3", environment);
        assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 125);
        assert_non_null(strstr(child_errors(child), "tcpalive: TCPALIVE_IDLE 'soon': "));
        child_stop(child);
    }
}

/* A word that only the child sees is complained of by the library in it, and not at all when the log is off. */
static void the_library_complains_where_the_log_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char words[700], file[64];
        int port, listener = wine_listen(AF_INET, &port);
        snprintf(file, sizeof file, "windows/tests/%s/probe.exe", wine_words[i % 2]);
        snprintf(words, sizeof words, "probe child_told %s %d TCPALIVE_IDLE soon", scene_build(file), port);
        struct child *child = wine_start(wine_words[i % 2], i / 2 ? "run --log off --" : "run --", words, NULL);
        assert_int_equal(child_line_with(child, "ready", WINE_DEADLINE_MS), 0);
        child_close_stdin(child);
        assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
        assert_int_equal(strstr(child_errors(child), "tcpalive: TCPALIVE_IDLE 'soon': ") != NULL, i / 2 == 0);
        child_stop(child);
        close(listener);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(the_log_tells_each_connection),
        TEST(the_log_tells_what_was_applied),
        TEST(a_wrong_variable_is_one_line),
        TEST(the_library_complains_where_the_log_says),
#undef TEST
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
