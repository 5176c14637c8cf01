/* The library as a file: it needs nothing, asks for no symbol version, and exports what it hooks and no more. */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "preload/library/real.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char output[1 << 20];

static void say(const char *tool, const char *option)
{
    const char *argv[] = {tool, option, scene_target()->library, NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, output, sizeof output), 0);
}

static void needs_nothing(void **state)
{
    (void)state;
    say("readelf", "-dW");
    assert_non_null(strstr(output, "(SYMTAB)"));
    assert_null(strstr(output, "(NEEDED)"));
    assert_null(strstr(output, "(RPATH)"));
    assert_null(strstr(output, "(RUNPATH)"));
    assert_null(strstr(output, "(TEXTREL)"));
    assert_null(strstr(output, "(RELR)")); /* packed relocations crash older C libraries */
    assert_null(strstr(output, "(VERNEED)"));
    assert_non_null(strstr(output, "(GNU_HASH)"));
    assert_non_null(strstr(output, "NOW"));
}

static void asks_for_no_version(void **state)
{
    (void)state;
    say("readelf", "-VW");
    assert_non_null(strstr(output, "No version information found"));
}

static void has_no_thread_storage_and_no_executable_stack(void **state)
{
    (void)state;
    say("readelf", "-lW");
    assert_null(strstr(output, " TLS "));
    assert_non_null(strstr(output, "GNU_RELRO"));
    const char *stack = strstr(output, "GNU_STACK");
    assert_non_null(stack);
    assert_null(memmem(stack, strcspn(stack, "\n"), "RWE", 3));
}

static int is_listed(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(name, *list) == 0)
            return 1;
    return 0;
}

/* Every name of `nm -D` output, after its type letter, must be in the list, and the whole list there when `all`. */
static void names_are(const char *const *list, int all)
{
    size_t found = 0, wanted = 0;
    char *rest = output;
    for (char *line; (line = strsep(&rest, "\n"));) {
        const char *name = strrchr(line, ' ');
        if (!name)
            continue;
        if (!is_listed(name + 1, list))
            fail_msg("not in the list: %s", name + 1);
        found++;
    }
    while (list[wanted])
        wanted++;
    if (all)
        assert_int_equal(found, wanted);
    else
        assert_true(found > 0);
}

/* The table's, and glibc's other name for connect. */
#define NAME(name) #name,
#define HOOKS      REAL_FUNCTIONS(NAME) "__connect"

static void exports_what_it_hooks(void **state)
{
    static const char *const hooks[] = {HOOKS, NULL};
    /* Programs with 64-bit times on 32-bit systems call the same by other names. */
    static const char *const narrow[] = {HOOKS,         "__recvmsg64",  "__recvmmsg64",   "__recvmmsg_time64",
                                         "__sendmsg64", "__sendmmsg64", "__setsockopt64", NULL};
    const char *argv[] = {"nm", "-D", "--defined-only", scene_target()->library, NULL};
    (void)state;
    say("readelf", "-h");
    const int is_narrow = strstr(output, "ELF32") != NULL;
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, output, sizeof output), 0);
    names_are(is_narrow ? narrow : hooks, 1);
}

/* All but the one that only our command has exist in glibc since 2.17 and in musl. */
static void asks_only_for_names_that_every_c_library_has(void **state)
{
    static const char *const known[] = {"__errno_location", "environ",         "_r_debug",
                                        "_dl_debug_addr",   "getauxval",       "memcpy",
                                        "memset",           "tcpalive_itself", NULL};
    const char *argv[] = {"nm", "-D", "--undefined-only", scene_target()->library, NULL};
    (void)state;
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, output, sizeof output), 0);
    names_are(known, 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(needs_nothing),
        TEST(asks_for_no_version),
        TEST(has_no_thread_storage_and_no_executable_stack),
        TEST(exports_what_it_hooks),
        TEST(asks_only_for_names_that_every_c_library_has),
    };
    return cmocka_run_group_tests_name("object", tests, NULL, NULL);
}
