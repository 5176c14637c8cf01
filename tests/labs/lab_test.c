/*
 * The main job where it matters: connections through a NAT that forgets silence after 5 s, and servers whose
 * client's cable is pulled, with real programs, as root and as an ordinary user. The scripts make their own
 * networks and are the ones that `make demo` shows.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/seen.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NO_LAB = 77, ORDINARY_USER = 65534, LAB_DEADLINE_MS = 120000 };

#define VALUES "TCPALIVE_IDLE=2s TCPALIVE_INTERVAL=1s TCPALIVE_PROBES=3"
#define RUN    "=./tcpalive run --idle 2s --interval 1s --probes 3 "

/* A script with the ways in which it shall start its programs; all run at once, since they mostly wait. */
struct lab {
    const char *script, *ways[8];
    uid_t uid;
    struct child *child;
};

static const char preload_way[] = "preload=env LD_PRELOAD=./libtcpalive.so " VALUES;
static const char supervise_way[] = "supervise" RUN "--method supervise --";
static const char attach_way[] = "attach@./tcpalive attach --idle 2s --interval 1s --probes 3";

static struct lab nat = {"nat.sh",
                         {"bare=", "run" RUN "--", preload_way, "respect" RUN "--mode respect --",
                          "tighten" RUN "--mode tighten --", supervise_way, attach_way, NULL},
                         .uid = 0};
static struct lab dead_peer = {
    "dead_peer.sh",
    {"bare=", "run" RUN "--", preload_way, "detect=./tcpalive run --detect 5s --", supervise_way, attach_way, NULL},
    .uid = 0};
static struct lab nat_as_user = {"nat.sh", {"bare=", "run" RUN "--", attach_way, NULL}, .uid = ORDINARY_USER};
static struct lab dead_peer_as_user = {"dead_peer.sh", {"bare=", "run" RUN "--", NULL}, .uid = ORDINARY_USER};
static char *stage;

/* A copy of all that is needed where any user may read it, whatever directory we were built in. */
static void make_stage(void)
{
    char *command;
    stage = scene_directory();
    assert_true(asprintf(&command, "cp '%s' '%s' tests/labs/*.sh '%s' && chmod -R go+rX '%s'", scene_build("tcpalive"),
                         scene_build("libtcpalive.so"), stage, stage) > 0);
    assert_int_equal(system(command), 0);
    free(command);
}

static void start(struct lab *lab)
{
    const char *argv[16] = {"sh", "-c", "cd \"$0\" && exec ./\"$@\"", stage, lab->script};
    for (size_t way = 0; lab->ways[way]; way++)
        argv[5 + way] = lab->ways[way];
    lab->child = child_start(&(struct child_plan){.argv = argv, .uid = geteuid() == 0 ? lab->uid : 0});
}

static int start_all(void **state)
{
    (void)state;
    make_stage();
    start(&nat);
    start(&dead_peer);
    start(&nat_as_user);
    start(&dead_peer_as_user);
    return 0;
}

static int stop_all(void **state)
{
    child_stop_all(state);
    scene_remove_directory(stage);
    return 0;
}

/* Whether PROGRAM, started that WAY, had that RESULT. Waits for the lab's end. */
static int saw(struct lab *lab, const char *program, const char *way, const char *result)
{
    char line[128];
    int status = child_wait(lab->child, LAB_DEADLINE_MS);
    if (status == NO_LAB) {
        print_message("%s", child_errors(lab->child));
        skip();
    }
    if (status != 0)
        fail_msg("%s ended with %d: %s", lab->script, status, child_errors(lab->child));
    snprintf(line, sizeof line, "%s %s %s ", program, way, result);
    if (strstr(child_output(lab->child), line))
        return 1;
    print_message("not seen: %s\n%s", line, child_output(lab->child));
    return 0;
}

static void seen_all(const char *way)
{
    seen_file("redis-cli", NULL, way, NULL);
    seen_file("nc", NULL, way, NULL);
    seen_file("busybox", NULL, way, NULL);
}

static void nat_forgets_bare_programs(void **state)
{
    (void)state;
    assert_true(saw(&nat, "redis-cli", "bare", "lost"));
    assert_true(saw(&nat, "nc", "bare", "lost"));
    assert_true(saw(&nat, "busybox", "bare", "lost"));
}

static void nat_remembers_programs_that_are_run(void **state)
{
    (void)state;
    assert_true(saw(&nat, "redis-cli", "run", "received"));
    assert_true(saw(&nat, "nc", "run", "received"));
    assert_true(saw(&nat, "busybox", "run", "received"));
}

static void nat_remembers_programs_under_a_supervisor(void **state)
{
    (void)state;
    assert_true(saw(&nat, "redis-cli", "supervise", "received"));
    assert_true(saw(&nat, "nc", "supervise", "received"));
    assert_true(saw(&nat, "busybox", "supervise", "received"));
    seen_all("supervise");
}

static void nat_remembers_programs_with_the_library_preloaded(void **state)
{
    (void)state;
    assert_true(saw(&nat, "redis-cli", "preload", "received"));
    assert_true(saw(&nat, "nc", "preload", "received"));
    seen_file("nc", NULL, "preload", NULL);
}

/* redis-cli asks for 15 s by itself: too late for this NAT. nc asks for nothing. */
static void respect_leaves_a_program_its_own_idle_time(void **state)
{
    (void)state;
    assert_true(saw(&nat, "redis-cli", "respect", "lost"));
    assert_true(saw(&nat, "nc", "respect", "received"));
}

static void tighten_takes_the_sooner_one(void **state)
{
    (void)state;
    assert_true(saw(&nat, "redis-cli", "tighten", "received"));
    assert_true(saw(&nat, "nc", "tighten", "received"));
}

static void nat_remembers_running_programs_once_attached(void **state)
{
    (void)state;
    assert_true(saw(&nat, "redis-cli", "attach", "received"));
    assert_true(saw(&nat, "nc", "attach", "received"));
    assert_true(saw(&nat, "busybox", "attach", "received"));
    seen_all("attach");
}

static void bare_servers_keep_a_ghost(void **state)
{
    (void)state;
    assert_true(saw(&dead_peer, "redis-server", "bare", "ghost"));
    assert_true(saw(&dead_peer, "nc", "bare", "ghost"));
}

/* Within the 12 s that the script watches; idle 2 s and 3 probes 1 s apart are due after 5. */
static void servers_notice_a_dead_peer(void **state)
{
    (void)state;
    const char *ways[] = {"run", "preload", "detect", "supervise", "attach"};
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        assert_true(saw(&dead_peer, "redis-server", ways[way], "gone"));
        assert_true(saw(&dead_peer, "nc", ways[way], "gone"));
    }
    seen_file("redis-server", NULL, "supervise", NULL);
    seen_file("redis-server", NULL, "attach", NULL);
}

static void it_holds_for_an_ordinary_user(void **state)
{
    (void)state;
    assert_true(saw(&nat_as_user, "redis-cli", "bare", "lost"));
    assert_true(saw(&nat_as_user, "redis-cli", "run", "received"));
    assert_true(saw(&nat_as_user, "busybox", "run", "received"));
    assert_true(saw(&nat_as_user, "redis-cli", "attach", "received"));
    assert_true(saw(&dead_peer_as_user, "redis-server", "bare", "ghost"));
    assert_true(saw(&dead_peer_as_user, "redis-server", "run", "gone"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nat_forgets_bare_programs),
        cmocka_unit_test(nat_remembers_programs_that_are_run),
        cmocka_unit_test(nat_remembers_programs_under_a_supervisor),
        cmocka_unit_test(nat_remembers_programs_with_the_library_preloaded),
        cmocka_unit_test(respect_leaves_a_program_its_own_idle_time),
        cmocka_unit_test(tighten_takes_the_sooner_one),
        cmocka_unit_test(nat_remembers_running_programs_once_attached),
        cmocka_unit_test(bare_servers_keep_a_ghost),
        cmocka_unit_test(servers_notice_a_dead_peer),
        cmocka_unit_test(it_holds_for_an_ordinary_user),
    };
    return cmocka_run_group_tests(tests, start_all, stop_all);
}
