/*
 * Other interposers in the same program, in front of the library and behind it: both stay in force. With and without
 * the library; the other one is there in both runs.
 */
#include "harness/case_directory.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/seen.h"
#include "harness/twice.h"
#include <errno.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What shows that the other one is at work: text that the program prints then. */
struct other {
    const char *name, *pattern, *environment, *said;
};

static const struct other others[] = {
    {"libeatmydata", "/usr/lib/*/libeatmydata.so*", "", "connect 0 kept"},
    {"libfaketime", "/usr/lib/*/faketime/libfaketime.so.1", "FAKETIME=@2001-02-03 04:05:06", "year 2001"},
    {"libfaketime for threads", "/usr/lib/*/faketime/libfaketimeMT.so.1", "FAKETIME=@2001-02-03 04:05:06", "year 2001"},
    {"jemalloc", "/usr/lib/*/libjemalloc.so.2", "", "malloc from libjemalloc.so.2"},
    {"libkeepalive", "/usr/lib/libkeepalive.so*", "KEEPIDLE=99", "connect 0 kept"},
    {"libdontdie", "/usr/lib/*/libdontdie.so*", "DD_TCP_KEEPALIVE_TIME=99", "connect 0 kept"},
};
enum { OTHERS = sizeof others / sizeof *others };

/*
 * libfaketime's shared memory bears its process's number and outlives one that is killed; the next of that number,
 * perhaps another user's, would stumble over it.
 */
static void remove_left_over(const char *pattern)
{
    glob_t found;
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++) {
            long number = strtol(strrchr(found.gl_pathv[i], '_') + 1, NULL, 10);
            if (kill((pid_t)number, 0) != 0 && errno == ESRCH)
                unlink(found.gl_pathv[i]); /* in this folder only the owner's succeeds */
        }
    globfree(&found);
}

static int remove_shared_memory(void **state)
{
    (void)state;
    remove_left_over("/dev/shm/faketime_shm_*");
    remove_left_over("/dev/shm/sem.faketime_sem_*");
    return 0;
}

static char *first_match(const char *pattern)
{
    glob_t found;
    char *path = glob(pattern, 0, NULL, &found) == 0 ? strdup(found.gl_pathv[0]) : NULL;
    globfree(&found);
    return path;
}

static void expect_twice(const struct twice_plan *plan, const char *said)
{
    struct twice twice;
    assert_int_equal(twice_run(&twice, plan), 0);
    if (!strstr(twice.with.transcript, said))
        fail_msg("it said: %s", twice.with.transcript);
    twice_expect_all(&twice.with, NULL, &twice_asked);
    twice_free(&twice);
}

/* In both orders, by settings and by rule. */
static void both_orders(const char *library, const char *environment, const char *probe, const char *said)
{
    char settings[1024];
    for (int rule = 0; rule < 2; rule++) {
        snprintf(settings, sizeof settings, "%s\n%s", rule ? TWICE_RULE : TWICE_SETTINGS, environment);
        expect_twice(&(struct twice_plan){.probe = probe, .environment = settings, .before = library}, said);
        expect_twice(&(struct twice_plan){.probe = probe, .environment = settings, .behind = library}, said);
    }
}

static void other_interposer(void **state)
{
    const struct other *other = *state;
    char *library = first_match(other->pattern);
    if (!library) {
        print_message("%s is not installed\n", other->name);
        skip();
    }
    both_orders(library, other->environment, "interposed", other->said);
    seen_file(scene_target()->probe, NULL, "preload", other->name);
    free(library);
}

/*
 * Through it a connection to this machine is made when its file allows that, and goes to a proxy that is
 * not there else.
 */
static void proxychains(void **state)
{
    char *library = first_match("/usr/lib/*/libproxychains.so.4");
    char path[600], environment[1200];
    (void)state;
    if (!library) {
        print_message("proxychains4 is not installed\n");
        skip();
    }
    for (int allowed = 0; allowed < 2; allowed++) {
        snprintf(path, sizeof path, "%s/%d.conf", case_directory(), allowed);
        FILE *file = fopen(path, "we");
        assert_non_null(file);
        fprintf(file, "strict_chain\n%s[ProxyList]\nsocks5 127.0.0.1 %d\n",
                allowed ? "localnet 127.0.0.0/255.0.0.0\n" : "", twice_free_port());
        assert_int_equal(fclose(file), 0);
        snprintf(environment, sizeof environment, "PROXYCHAINS_CONF_FILE=%s\nPROXYCHAINS_QUIET_MODE=1", path);
        if (allowed)
            both_orders(library, environment, "serve", "connect 0 kept");
        else
            for (int behind = 0; behind < 2; behind++) {
                struct twice twice;
                struct twice_plan plan = {.probe = "dials-only", .environment = environment};
                *(behind ? &plan.behind : &plan.before) = library;
                assert_int_equal(twice_run(&twice, &plan), 0);
                assert_non_null(strstr(twice.with.transcript, "connect -1 Connection refused\n"));
                twice_free(&twice);
            }
    }
    seen_file(scene_target()->probe, NULL, "preload", "proxychains4");
    free(library);
}

/* AddressSanitizer's library wants to be the first. */
static void address_sanitizers_library(void **state)
{
    char *library = first_match("/usr/lib/*/libasan.so.*"), environment[1024];
    (void)state;
    if (!library) {
        print_message("libasan is not installed\n");
        skip();
    }
    for (int rule = 0; rule < 2; rule++) {
        snprintf(environment, sizeof environment, "%s\nASAN_OPTIONS=detect_leaks=0",
                 rule ? TWICE_RULE : TWICE_SETTINGS);
        expect_twice(&(struct twice_plan){.probe = "interposed", .environment = environment, .before = library},
                     "malloc from libasan");
    }
    seen_file(scene_target()->probe, NULL, "preload", "libasan");
    free(library);
}

int main(void)
{
    static struct CMUnitTest tests[OTHERS + 2] = {
        cmocka_unit_test_setup_teardown(proxychains, case_directory_make, case_directory_remove),
        cmocka_unit_test_teardown(address_sanitizers_library, child_stop_all),
    };
    for (size_t i = 0; i < OTHERS; i++)
        tests[2 + i] = (struct CMUnitTest){others[i].name, other_interposer, NULL, child_stop_all, (void *)&others[i]};
    setenv("TCPALIVE_TEST_PROBE", scene_build("tests/host"), 0);
    return _cmocka_run_group_tests("interposers", tests, OTHERS + 2, remove_shared_memory, remove_shared_memory);
}
