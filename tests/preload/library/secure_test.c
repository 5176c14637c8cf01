/*
 * Programs that run with other rights than their caller's (AT_SECURE, getauxval(3)), where the library came in by
 * /etc/ld.so.preload: it takes no orders from that caller's environment, and says nothing.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/oracle.h"
#include "harness/place.h"
#include "harness/twice.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* In mounts of its own, with an /etc that holds nothing but the library's name, as a user without rights. */
static const char script[] =
    "mount --bind \"$0\" /etc && exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"";

static const char *preloading_etc(void)
{
    const char *etc = place_path("etc"), *list = place_path("etc/ld.so.preload");
    mkdir(etc, 0755);
    FILE *file = fopen(list, "we");
    assert_non_null(file);
    fprintf(file, "%s\n", place_file("libtcpalive.so"));
    assert_int_equal(fclose(file), 0);
    return etc;
}

static void skip_without_rights(void)
{
    struct statvfs mounted;
    const char *argv[] = {"unshare", "--mount", "true", NULL};
    const char *why = getuid() != 0 ? "needs root" : NULL;
    if (!why && child_run(&(struct child_plan){.argv = argv}, NULL, 0) != 0)
        why = "mounts are not allowed here";
    if (!why && statvfs(place_path(""), &mounted) == 0 && mounted.f_flag & ST_NOSUID)
        why = "temporary files cannot be setuid here";
    if (!why)
        return;
    print_message("skipped: %s\n", why);
    skip();
}

/* One socket of a probe that has this mode, and what came on stderr. */
static void run_probe(mode_t mode, const struct twice_values *wanted, int talks)
{
    static const char *const environment[] = {"TCPALIVE_IDLE=31s", "TCPALIVE_LOG=debug", NULL};
    const char *argv[] = {"unshare", "--mount", "sh",     "-c", script, preloading_etc(), place_file("tests/probe"),
                          "socket",  "inet",    "stream", "0",  NULL};
    struct oracle_socket seen;
    assert_int_equal(chmod(place_file("tests/probe"), mode), 0);
    struct child *child = child_start(&(struct child_plan){.argv = argv, .environment = environment});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    assert_int_equal(oracle_process(child_pid(child), &seen, 1), 1);
    twice_expect(&seen, wanted);
    if (talks)
        assert_int_equal(child_error_with(child, "tcpalive: socket fd ", CHILD_DEADLINE_MS), 0);
    else
        assert_null(strstr(child_errors(child), "tcpalive: socket fd "));
    child_stop(child);
}

static void a_setuid_program_takes_no_orders(void **state)
{
    (void)state;
    skip_without_rights();
    run_probe(04755, &twice_untouched, 0);
}

static void the_same_program_without_the_bit_does(void **state)
{
    (void)state;
    skip_without_rights();
    run_probe(0755, &(struct twice_values){1, 31, 10, 6, 0}, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_setuid_program_takes_no_orders, child_stop_all),
        cmocka_unit_test_teardown(the_same_program_without_the_bit_does, child_stop_all),
    };
    return cmocka_run_group_tests_name("secure", tests, NULL, place_remove);
}
