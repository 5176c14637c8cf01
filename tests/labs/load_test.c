/*
 * Thousands of connections through an unmodified server under each way: every one has the policy's values in the
 * kernel, and what is ours does not grow. tests/labs/load.py plays; TCPALIVE_TEST_SOAK is set: tens of thousands, and
 * ten million connects by way of the supervisor. Rates are shown, not judged: the machine is not ours alone.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHORT_MS = 300000, SOAK_MS = 2 * 60 * 60 * 1000, GROWTH_MAX_KB = 64 };

static struct child *load;
static bool soak;

static int start(void **state)
{
    (void)state;
    soak = getenv("TCPALIVE_TEST_SOAK");
    const char *argv[] = {"tests/labs/load.sh",
                          scene_build("tcpalive"),
                          scene_build("tests/probe"),
                          soak ? "--connections=50000" : "--connections=5000",
                          soak ? "--rounds=3" : "--rounds=2",
                          soak ? "--connects=10000000" : "--connects=10000",
                          soak ? "--ways=bare,preload,supervise,cgroup" : "--ways=preload,supervise,cgroup",
                          NULL};
    load = child_start(&(struct child_plan){.argv = argv});
    return 0;
}

struct seen {
    long connections, exact, rate, growth, descriptors;
};

/* The line of a way, once all are played. False when there is none. */
static bool seen(const char *way, struct seen *seen)
{
    char begin[32];
    int status = child_wait(load, soak ? SOAK_MS : SHORT_MS);
    if (status != 0)
        fail_msg("load.sh ended with %d: %s", status, child_errors(load));
    snprintf(begin, sizeof begin, "%s connections ", way);
    const char *line = strstr(child_output(load), begin);
    if (!line)
        return false;
    assert_int_equal(sscanf(line + strlen(begin), "%ld exact %ld rate %ld growth %ld descriptors %ld",
                            &seen->connections, &seen->exact, &seen->rate, &seen->growth, &seen->descriptors),
                     5);
    print_message("soak: %s %ld connections, %ld a second\n", way, seen->connections, seen->rate);
    return true;
}

static void expect(const char *way)
{
    struct seen line = {0};
    if (!seen(way, &line)) {
        print_message("%s: not on this machine\n", way);
        skip();
    }
    assert_int_equal(line.connections, soak ? 50000 : 5000);
    assert_int_equal(line.exact, line.connections);
    assert_true(line.growth <= GROWTH_MAX_KB);
    assert_int_equal(line.descriptors, 0);
}

static void preload_holds_all(void **state)
{
    (void)state;
    expect("preload");
}

static void supervise_holds_all(void **state)
{
    (void)state;
    expect("supervise");
}

static void a_control_group_holds_all(void **state)
{
    (void)state;
    expect("cgroup");
}

static void a_supervisor_does_not_grow(void **state)
{
    static const char begin[] = "supervise connects ";
    long connects = 0, rate = 0, growth = 0, descriptors = 0;
    (void)state;
    child_wait(load, soak ? SOAK_MS : SHORT_MS);
    const char *line = strstr(child_output(load), begin);
    if (!line) {
        fail_msg("no line '%s' in %s%s", begin, child_output(load), child_errors(load));
        return;
    }
    assert_int_equal(sscanf(line + sizeof begin - 1, "%ld rate %ld growth %ld descriptors %ld", &connects, &rate,
                            &growth, &descriptors),
                     4);
    print_message("soak: %ld connects by a supervisor, %ld a second, growth %ld kB\n", connects, rate, growth);
    assert_true(growth <= GROWTH_MAX_KB);
    assert_true(descriptors <= 4); /* a look may fall within a connect */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(preload_holds_all),
        cmocka_unit_test(supervise_holds_all),
        cmocka_unit_test(a_control_group_holds_all),
        cmocka_unit_test(a_supervisor_does_not_grow),
    };
    return cmocka_run_group_tests(tests, start, child_stop_all);
}
