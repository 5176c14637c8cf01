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

/* What may give a program other rights; the file needs to be its owner's before. */
static void give_rights(mode_t mode, const char *capabilities)
{
    const char *probe = place_file("tests/probe");
    const char *argv[] = {"setcap", capabilities, probe, NULL};
    assert_int_equal(chmod(probe, mode), 0);
    if (*capabilities && child_run(&(struct child_plan){.argv = argv}, NULL, 0) != 0)
        skip(); /* a file system without them */
}

/* One socket of the probe, and what came on stderr. */
static void run_probe(const char *const *environment, const struct twice_values *wanted, int talks)
{
    const char *argv[] = {"unshare", "--mount", "sh",     "-c", script, preloading_etc(), place_file("tests/probe"),
                          "socket",  "inet",    "stream", "0",  NULL};
    struct oracle_socket seen;
    struct child *child = child_start(&(struct child_plan){.argv = argv, .environment = environment});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    assert_int_equal(oracle_process(child_pid(child), &seen, 1), 1);
    twice_expect(&seen, wanted);
    if (talks)
        assert_int_equal(child_error_with(child, "tcpalive: socket fd ", CHILD_DEADLINE_MS), 0);
    else
        assert_null(strstr(child_errors(child), "tcpalive: "));
    child_stop(child);
}

static const char *const orders[] = {"TCPALIVE_IDLE=31s", "TCPALIVE_LOG=debug", NULL};

/* Files that the caller names: one to write, one to read, of which the first line would be said to be wrong. */
static void run_with_files(const struct twice_values *wanted, int writes)
{
    char log[600], rules[600], path[512];
    const char *environment[] = {"TCPALIVE_LOG=debug", log, rules, NULL};
    snprintf(path, sizeof path, "%s", place_path("folder/log"));
    snprintf(log, sizeof log, "TCPALIVE_LOG_FILE=%s", path);
    snprintf(rules, sizeof rules, "TCPALIVE_RULES=@%s", place_path("folder/rules"));
    mkdir(place_path("folder"), 0777);
    chmod(place_path("folder"), 0777);
    FILE *file = fopen(place_path("folder/rules"), "we");
    assert_non_null(file);
    fputs("any * idle=31s\n", file);
    assert_int_equal(fclose(file), 0);
    run_probe(environment, wanted, 0);
    assert_int_equal(access(path, F_OK) == 0, writes);
    unlink(path);
}

static void a_program_with_other_rights_takes_no_orders(void **state)
{
    static const struct {
        mode_t mode;
        const char *capabilities;
    } rights[] = {{04755, ""}, {02755, ""}, {0755, "cap_net_raw+ep"}};
    (void)state;
    skip_without_rights();
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
        give_rights(rights[i].mode, rights[i].capabilities);
        run_probe(orders, &twice_untouched, 0);
        run_with_files(&twice_untouched, 0);
    }
}

static void the_same_program_without_them_does(void **state)
{
    static const struct twice_values own = {1, 31, 10, 6, 0};
    (void)state;
    skip_without_rights();
    give_rights(0755, "");
    run_probe(orders, &own, 1);
    run_with_files(&(struct twice_values){0, TWICE_SYSTEM, TWICE_SYSTEM, TWICE_SYSTEM, 0}, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_same_program_without_them_does, child_stop_all),
        cmocka_unit_test_teardown(a_program_with_other_rights_takes_no_orders, child_stop_all),
    };
    return cmocka_run_group_tests_name("secure", tests, NULL, place_remove);
}
