/*
 * The tests of the hooks, tested: the library is linked anew with one hook hidden, and the hook tests must
 * fail; with all of them there they must pass. Which program is to fail is named for each hook.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hook {
    const char *name, *program;
};

static const struct hook hooks[] = {
    {"socket", "hook_open_test"},        {"connect", "hook_open_test"},
    {"listen", "hook_open_test"},        {"accept", "hook_rules_test"},
    {"accept4", "hook_elsewhere_test"},  {"sendto", "hook_open_test"},
    {"sendmsg", "hook_open_test"},       {"sendmmsg", "hook_open_test"},
    {"recvmsg", "hook_elsewhere_test"},  {"recvmmsg", "hook_elsewhere_test"},
    {"setsockopt", "hook_options_test"},
};
enum { HOOKS = sizeof hooks / sizeof *hooks };

static char *directory;

static int shell(const char *script) {
    const char *argv[] = {"sh", "-c", script, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    child_close_stdin(child);
    int status = child_wait(child, CHILD_DEADLINE_MS);
    if (status != 0)
        print_message("%s%s", child_output(child), child_errors(child));
    child_stop(child);
    return status;
}

/* Links the library from the objects of this build; hidden: the name not to export, or one that does not
 * exist. */
static const char *library_without(const char *hidden) {
    static char library[4096];
    char script[16384];
    snprintf(library, sizeof library, "%s/libtcpalive.so", directory);
    snprintf(script, sizeof script,
             "cd '%s' && echo '{ local: %s; };' >map && "
             "cc -shared -nostdlib -Wl,-z,now,--gc-sections,--version-script=map,--exclude-libs,ALL -o "
             "libtcpalive.so "
             "$(find '%s' -name '*.o') -lgcc",
             directory, hidden, scene_build("pic"));
    assert_int_equal(shell(script), 0);
    return library;
}

static int status_of(const char *program, const char *library) {
    char path[4096], setting[4200], output[65536];
    const char *argv[] = {path, NULL}, *environment[] = {setting, NULL};
    snprintf(path, sizeof path, "%s/%s", scene_build("tests"), program);
    snprintf(setting, sizeof setting, "TCPALIVE_TEST_LIBRARY=%s", library);
    return child_run(&(struct child_plan){.argv = argv, .environment = environment}, output, sizeof output);
}

static void tests_pass_with_every_hook(void **state) {
    const char *library = library_without("no_such_name");
    (void)state;
    assert_int_equal(status_of("hook_open_test", library), 0);
    assert_int_equal(status_of("hook_elsewhere_test", library), 0);
    assert_int_equal(status_of("hook_options_test", library), 0);
    assert_int_equal(status_of("hook_rules_test", library), 0);
}

/* cmocka's exit status is the number of failed cases. */
static void tests_fail_without_it(void **state) {
    const struct hook *hook = *state;
    int status = status_of(hook->program, library_without(hook->name));
    assert_in_range(status, 1, 100);
}

static int make_directory(void **state) {
    (void)state;
    directory = scene_directory();
    return 0;
}

static int remove_directory(void **state) {
    (void)state;
    scene_remove_directory(directory);
    return 0;
}

int main(void) {
    static struct CMUnitTest tests[HOOKS + 1] = {
        cmocka_unit_test_teardown(tests_pass_with_every_hook, child_stop_all),
    };
    for (size_t i = 0; i < HOOKS; i++)
        tests[1 + i] = (struct CMUnitTest){hooks[i].name, tests_fail_without_it, NULL, child_stop_all,
                                           (void *)&hooks[i]};
    return _cmocka_run_group_tests("removed", tests, HOOKS + 1, make_directory, remove_directory);
}
