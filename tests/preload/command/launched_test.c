/*
 * What launchers start: programs that the library does not reach, and roots without it. What `tcpalive run` and
 * `tcpalive check` say of them, and which way they take.
 */
#include "command.h"
#include "harness/case_directory.h"
#include "harness/cmocka_all.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void what_a_launcher_starts_may_be_no_programs_of_ours(void **state)
{
    static const char why[] =
        "'/usr/bin/nice': it starts /bin/busybox: it is static: no loader runs that could put a library into "
        "it; --method supervise reaches that\n";
    char told[256], refused[256];
    (void)state;
    if (access("/bin/busybox", X_OK) != 0)
        skip(); /* the only static program that Debian has for everybody */
    snprintf(told, sizeof told, "tcpalive: not reached %s", why);
    snprintf(refused, sizeof refused, "tcpalive: refused %s", why);
    const struct command_row rows[] = {
        {{"run", "--method=preload", "/usr/bin/nice", "/bin/busybox", "false"}, 1, told, {NULL}},
        {{"run", "--strict", "--method=preload", "/usr/bin/nice", "/bin/busybox", "false"}, 125, refused, {NULL}},
        {{"run", "--strict", "--method=preload", "/usr/bin/nice", "false"}, 1, "", {NULL}},
    };
    command_expect(rows, sizeof rows / sizeof *rows);
}

/* The library would have to be at the same place in the root that the program is started in. */
static void a_root_without_the_library_is_told(void **state)
{
    static const char lacks[] = "starts the program in a root that has no libtcpalive.so where this one has it; "
                                "--method supervise reaches that\n";
    char stand_in[PATH_MAX], empty[PATH_MAX], refused[PATH_MAX + 256];
    (void)state;
    snprintf(empty, sizeof empty, "%s", case_path("root"));
    assert_int_equal(mkdir(empty, 0755), 0);
    const struct {
        const char *words[7];
        bool refused;
    } rows[] = {
        {{"chroot", empty, "true"}, true},
        {{"chroot", "/", "true"}, false},
        {{"chroot", "/nowhere", "true"}, false}, /* that it will say itself */
        {{"unshare", "-R", empty, "true"}, true},
        {{"unshare", "--root=/", "true"}, false},
        {{"bwrap", "--ro-bind", empty, "/usr", "true"}, true},
        {{"bwrap", "--ro-bind", "/", "/", "--tmpfs", "/", "true"}, true},
        {{"bwrap", "--tmpfs", "/", "--ro-bind", "/", "/", "true"}, false},
        {{"nice", "chroot", empty, "true"}, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const *w = rows[i].words;
        snprintf(stand_in, sizeof stand_in, "%s", case_path(w[0]));
        command_write_script(stand_in, "exit 3");
        snprintf(refused, sizeof refused, "tcpalive: refused '%s': it %s%s", stand_in,
                 strcmp(w[0], "nice") == 0 ? "starts chroot, which " : "", lacks);
        command_expect(&(struct command_row){{"run", "--strict", "--method=preload", "--follow=on", stand_in, w[1],
                                              w[2], w[3], w[4], w[5], w[6]},
                                             rows[i].refused ? 125 : 3,
                                             rows[i].refused ? refused : "",
                                             {NULL}},
                       1);
    }
}

static const char *run_takes(const char *const *w)
{
    static char answer[8192];
    const char *const words[] = {"check", w[0], w[1], w[2], w[3], w[4], NULL};
    struct child *child = command_start(words, NULL);
    child_wait(child, CHILD_DEADLINE_MS);
    snprintf(answer, sizeof answer, "%s", child_output(child));
    child_stop(child);
    char *takes = strstr(answer, "tcpalive run takes ");
    assert_non_null(takes);
    takes[strcspn(takes, "\n")] = '\0';
    return takes + strlen("tcpalive run takes ");
}

/* What a user wants covered is at the end of the words. */
static void the_way_is_that_which_reaches_what_is_started(void **state)
{
    static const struct {
        const char *words[5], *takes;
    } rows[] = {
        {{"nice", "-n", "5", "/bin/busybox"}, "supervise"},
        {{"env", "-S", "A=b timeout 5", "/bin/busybox"}, "supervise"},
        {{"chroot", "/", "/bin/busybox"}, "supervise"},
        {{"chroot", "/usr", "/bin/true"}, "supervise"},
        {{"chroot", "/", "/bin/true"}, "preload"},
        {{"nice", "-n", "5", "/bin/true"}, "preload"},
        {{"su", "root"}, "preload"},
    };
    (void)state;
    if (access("/bin/busybox", X_OK) != 0)
        skip();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *takes = run_takes(rows[i].words);
        if (strcmp(takes, rows[i].takes) != 0)
            fail_msg("%s %s: run takes %s", rows[i].words[0], rows[i].words[1], takes);
    }
    command_expect(
        &(struct command_row){
            {"run", "--strict", "/usr/bin/nice", "/bin/busybox", "sh", "-c", "exit 7"}, 7, "", {NULL}},
        1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        COMMAND_TEST(what_a_launcher_starts_may_be_no_programs_of_ours),
        cmocka_unit_test_setup_teardown(a_root_without_the_library_is_told, case_directory_make, case_directory_remove),
        COMMAND_TEST(the_way_is_that_which_reaches_what_is_started),
    };
    return cmocka_run_group_tests(tests, command_find, NULL);
}
