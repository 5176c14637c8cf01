/*
 * TCPALIVE_RULES=@PATH in a program that has the library alone: the file is read at the start, wherever the program
 * goes later; what is no file to be read is told of as the commands tell it, opens nothing and holds nobody up.
 */
#include "harness/case_directory.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void needs_this_system(void)
{
    if (scene_target()->root[0] || scene_target()->launcher[0])
        skip(); /* the file is not in that root */
}

static void write_file(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0644), 0);
}

static const char rules[] = "# databases\nconnect *:1 off # not here\n\nany *" TWICE_VALUES "\n";

/* Three sockets, by each way in which the process that makes them came to be. */
static void read_by_whoever_starts(void **state)
{
    static const char *const probes[] = {"serve", "child fork", "child vfork", "child spawn", "first-in-threads 1"};
    char environment[4200];
    (void)state;
    needs_this_system();
    write_file(case_path("rules"), rules, sizeof rules - 1);
    snprintf(environment, sizeof environment, "TCPALIVE_RULES=@%s", case_path("rules"));
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        struct twice_plan plan = {.probe = probes[i], .environment = environment};
        twice_expect_tree(&plan, 0, 3, NULL, &twice_untouched);
        twice_expect_tree(&plan, 1, 3, NULL, &twice_asked);
    }
}

/* The program leaves its folder and its root before it makes a socket. */
static void a_relative_path_is_of_the_start(void **state)
{
    char probe[4200], before[4096];
    (void)state;
    needs_this_system();
    assert_non_null(getcwd(before, sizeof before));
    write_file(case_path("rules"), rules, sizeof rules - 1);
    assert_int_equal(mkdir(case_path("root"), 0755), 0);
    assert_int_equal(chdir(case_directory()), 0);
    snprintf(probe, sizeof probe, "chroot %s", case_path("root"));
    struct twice_look look;
    int possible = twice_look(&look, &(struct twice_plan){.probe = probe, .environment = "TCPALIVE_RULES=@rules"}, 1);
    assert_int_equal(chdir(before), 0);
    if (possible != 0)
        skip(); /* no right to another root */
    twice_expect_all(&look, NULL, &twice_asked);
    twice_look_free(&look);
}

/* The library says the line of the command, once; connections get the plain settings. */
static void expect_line(const char *path, const char *line, uid_t uid)
{
    char setting[4200];
    const char *environment[] = {
        setting, "TCPALIVE_IDLE=31s", "TCPALIVE_INTERVAL=7s", "TCPALIVE_PROBES=4", "TCPALIVE_USER_TIMEOUT=45s", NULL};
    const char *host[] = {scene_target()->probe, "serve", NULL};
    const char *explain[] = {scene_build("tcpalive"), "explain", NULL};
    struct oracle_socket seen[8];
    snprintf(setting, sizeof setting, "TCPALIVE_RULES=@%s", path);
    struct child *child = child_start(
        &(struct child_plan){.argv = host, .environment = environment, .preload = scene_target()->library, .uid = uid});
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("%s: it did not get ready: %s", path, child_errors(child));
    assert_string_equal(child_errors(child), line);
    ssize_t count = oracle_process(child_pid(child), seen, 8);
    assert_int_equal(count, 3);
    for (ssize_t i = 0; i < count; i++)
        twice_expect(&seen[i], &twice_asked);
    child_stop(child);
    child = child_start(&(struct child_plan){.argv = explain, .environment = environment, .uid = uid});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 125);
    assert_string_equal(child_errors(child), line);
    child_stop(child);
}

static void what_cannot_be_read_is_one_line(void **state)
{
    static char much[140000];
    char line[4400];
    (void)state;
    needs_this_system();
    snprintf(line, sizeof line, "tcpalive: rules '%s': No such file or directory\n", case_path("none"));
    expect_line(case_path("none"), line, 0);
    snprintf(line, sizeof line, "tcpalive: rules '%s': Is a directory\n", case_directory());
    expect_line(case_directory(), line, 0);
    write_file(case_path("mine"), rules, sizeof rules - 1);
    snprintf(line, sizeof line, "tcpalive: rules '%s/under': Not a directory\n", case_path("mine"));
    expect_line(case_path("mine/under"), line, 0);
    memset(much, '#', sizeof much);
    write_file(case_path("much"), much, sizeof much);
    snprintf(line, sizeof line, "tcpalive: rules '@%s': longer than a variable may be\n", case_path("much"));
    expect_line(case_path("much"), line, 0);
    if (geteuid() != 0)
        return;
    assert_int_equal(chmod(case_path("mine"), 0600), 0);
    snprintf(line, sizeof line, "tcpalive: rules '%s': Permission denied\n", case_path("mine"));
    expect_line(case_path("mine"), line, 65534);
}

/* A queue without a writer would hold up whoever opens it, a terminal may become the process's own. */
static void only_a_regular_file_is_opened(void **state)
{
    char setting[4200], line[4400];
    const char *const paths[] = {case_path("queue"), "/dev/ptmx"};
    (void)state;
    needs_this_system();
    assert_int_equal(mkfifo(case_path("queue"), 0666), 0);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        snprintf(setting, sizeof setting, "TCPALIVE_RULES=@%s", paths[i]);
        snprintf(line, sizeof line, "tcpalive: rules '%s': not a regular file\n", paths[i]);
        struct child *child = twice_probe("serve", setting, scene_target()->library, NULL);
        if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
            fail_msg("%s: it did not get ready: %s", paths[i], child_errors(child));
        assert_string_equal(child_errors(child), line);
        child_stop(child);
    }
}

/* A rule that is wrong is dropped alone. */
static void a_wrong_rule_in_it_is_one_line(void **state)
{
    static const char wrong[] = "any *:1-70000 off\nany *" TWICE_VALUES;
    char setting[4200];
    struct oracle_socket seen[8];
    (void)state;
    needs_this_system();
    write_file(case_path("rules"), wrong, sizeof wrong - 1);
    snprintf(setting, sizeof setting, "TCPALIVE_RULES=@%s", case_path("rules"));
    struct child *child = twice_probe("serve", setting, scene_target()->library, NULL);
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_errors(child),
                        "tcpalive: TCPALIVE_RULES 'any *:1-70000 off': port '1-70000' must be 1..65535, a-b or *\n");
    assert_int_equal(oracle_process(child_pid(child), seen, 8), 3);
    for (int i = 0; i < 3; i++)
        twice_expect(&seen[i], &twice_asked);
    child_stop(child);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, case_directory_make, case_directory_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(read_by_whoever_starts),          TEST(a_relative_path_is_of_the_start),
        TEST(what_cannot_be_read_is_one_line), TEST(only_a_regular_file_is_opened),
        TEST(a_wrong_rule_in_it_is_one_line),
    };
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return cmocka_run_group_tests_name("host rules file", tests, NULL, NULL);
}
