/*
 * What the policy promises, on a wire that fails, under each way: tests/labs/wire.py has the cases. In short some
 * ways and IPv4, TCPALIVE_TEST_SOAK is set: all of them and IPv6. TCPALIVE_TEST_LINES names a file that gets the
 * lines it saw.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NO_LAB = 77, LAB_DEADLINE_MS = 300000, LABS = 3, SHORT_LABS = 2, SEEN_MAX = 32 };

/* The first one's promise is --detect of so many seconds, the others' --survive. */
static struct lab {
    const char *option, *seconds, *short_seconds;
    struct child *child;
} wires[LABS] = {{"--detect", "6", "4", NULL}, {"--limit", "5", "5", NULL}, {"--limit", "10", "10", NULL}};

static bool soak;

static const char all_ways[] = "bare,preload,supervise,both,attach,attach-watch,cgroup,user-timeout";
static const char all_cases[] = "idle,flight,rebooted,stopped,window,outage,probe,behind";
static const char some_cases[] = "idle,flight,rebooted,stopped,window,outage,probe";
static const char some_ways[] = "bare,preload,supervise,attach-watch,cgroup,user-timeout";

static int start(void **state)
{
    char *command;
    (void)state;
    assert_true(asprintf(&command, "LAB_COMMAND=%s", scene_build("tcpalive")) > 0);
    for (int i = 0; i < (soak ? LABS : SHORT_LABS); i++) {
        const char *argv[] = {"tests/labs/wire.sh",
                              wires[i].option,
                              soak ? wires[i].seconds : wires[i].short_seconds,
                              "--ways",
                              soak ? all_ways : some_ways,
                              "--cases",
                              soak ? all_cases : some_cases,
                              "--families",
                              soak ? "4,6" : "4",
                              NULL};
        const char *environment[] = {command, NULL};
        wires[i].child = child_start(&(struct child_plan){.argv = argv, .environment = environment});
    }
    free(command);
    return 0;
}

static const char *lines_of(struct lab *lab)
{
    int status = child_wait(lab->child, LAB_DEADLINE_MS);
    if (status == NO_LAB) {
        print_message("%s", child_errors(lab->child));
        skip();
    }
    if (status != 0)
        fail_msg("wire.sh %s ended with %d: %s", lab->option, status, child_errors(lab->child));
    return child_output(lab->child);
}

/*
 * Of a connection that ended: when it was seen gone, and alive for the last time; by its packets, when it had to end.
 */
struct seen {
    char way[24], family[4], result[8];
    double seconds, alive, earliest, latest;
};

/* All lines of a case; fails when a way that works everywhere has none. */
static size_t seen(struct lab *lab, const char *name, struct seen seen[SEEN_MAX])
{
    size_t count = 0, length = strlen(name);
    for (const char *line = lines_of(lab); line && *line && count < SEEN_MAX;) {
        struct seen *one = &seen[count];
        if (strncmp(line, name, length) == 0 && line[length] == ' ' &&
            sscanf(line + length, "%23s %3s %7s %lf %lf %lf %lf", one->way, one->family, one->result, &one->seconds,
                   &one->alive, &one->earliest, &one->latest) >= 4)
            count++;
        line = strchr(line, '\n');
        line += line != NULL;
    }
    if (count < (soak ? 14 : 5))
        fail_msg("%s: %zu lines of\n%s%s", name, count, lines_of(lab), child_errors(lab->child));
    return count;
}

static bool is_one_of(const char *way, const char *const *ways)
{
    for (; ways && *ways; ways++)
        if (strcmp(way, *ways) == 0)
            return true;
    return false;
}

/*
 * Within a second and one more sending of the computed time. One that was not looked at in between is not said
 * to be late.
 */
static bool ended_in_time(const struct seen *seen)
{
    return strcmp(seen->result, "ended") == 0 && seen->latest > 0 && seen->seconds >= seen->earliest &&
           seen->alive <= seen->latest;
}

/* Those ways' connections ended in time, all others' lived. */
static void expect_ends(const char *name, const char *const *but, const char *const *ways)
{
    struct seen all[SEEN_MAX] = {0};
    size_t count = seen(&wires[0], name, all);
    for (size_t i = 0; i < count; i++) {
        bool ends = ways ? is_one_of(all[i].way, ways) : !is_one_of(all[i].way, but);
        if (ends ? !ended_in_time(&all[i]) : strcmp(all[i].result, "lived") != 0)
            fail_msg("%s, %s, IPv%s: %s %.2f, alive until %.2f; %s %.2f..%.2f", name, all[i].way, all[i].family,
                     all[i].result, all[i].seconds, all[i].alive, ends ? "must end" : "must live", all[i].earliest,
                     all[i].latest);
    }
}

static const char *const bare[] = {"bare", NULL}, *const timeout[] = {"user-timeout", NULL}, *const none[] = {NULL};
/* An option alone does not hold the promise with data in flight; whoever stays and looks does. */
static const char *const idle_only[] = {"bare", "preload", "attach", NULL};

static void a_dead_peer_of_an_idle_connection_is_noticed(void **state)
{
    (void)state;
    expect_ends("idle", bare, NULL);
}

static void a_dead_peer_is_noticed_with_data_in_flight(void **state)
{
    (void)state;
    expect_ends("flight", idle_only, NULL);
}

static void a_peer_that_started_anew_is_noticed(void **state)
{
    (void)state;
    expect_ends("rebooted", bare, NULL);
}

static void a_peer_that_is_stopped_but_alive_keeps_its_connections(void **state)
{
    (void)state;
    expect_ends("stopped", NULL, none);
}

/* A user timeout is what it says: it ends live peers that do not read. */
static void a_closed_window_is_left_in_peace(void **state)
{
    (void)state;
    expect_ends("window", NULL, timeout);
}

/* Only whoever looks from outside can tell; a user timeout ends it as it ends all others. */
static void a_peer_that_dies_behind_its_closed_window_is_noticed_from_outside(void **state)
{
    static const char *const outside[] = {"supervise", "both", "attach-watch", "user-timeout", NULL};
    (void)state;
    expect_ends("behind", NULL, outside);
}

static void an_outage_of_half_the_time_is_lived_through(void **state)
{
    (void)state;
    expect_ends("outage", NULL, none);
}

static void a_lost_probe_is_no_dead_peer(void **state)
{
    (void)state;
    expect_ends("probe", NULL, none);
}

static void a_router_is_outlived_though_a_probe_is_lost(void **state)
{
    (void)state;
    for (int lab = 1; lab < (soak ? LABS : SHORT_LABS); lab++) {
        struct seen all[SEEN_MAX] = {0};
        size_t count = seen(&wires[lab], "survive", all);
        for (size_t i = 0; i < count; i++)
            if (strcmp(all[i].result, strcmp(all[i].way, "bare") == 0 ? "lost" : "heard") != 0)
                fail_msg("limit %s s, %s, IPv%s: %s", wires[lab].seconds, all[i].way, all[i].family, all[i].result);
    }
}

static int keep_lines(void **state)
{
    const char *path = getenv("TCPALIVE_TEST_LINES");
    FILE *file = path ? fopen(path, "w") : NULL;
    for (int i = 0; file && i < (soak ? LABS : SHORT_LABS); i++)
        fputs(child_output(wires[i].child), file);
    if (file)
        fclose(file);
    return child_stop_all(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dead_peer_of_an_idle_connection_is_noticed),
        cmocka_unit_test(a_dead_peer_is_noticed_with_data_in_flight),
        cmocka_unit_test(a_peer_that_started_anew_is_noticed),
        cmocka_unit_test(a_peer_that_is_stopped_but_alive_keeps_its_connections),
        cmocka_unit_test(a_closed_window_is_left_in_peace),
        cmocka_unit_test(an_outage_of_half_the_time_is_lived_through),
        cmocka_unit_test(a_lost_probe_is_no_dead_peer),
        cmocka_unit_test(a_router_is_outlived_though_a_probe_is_lost),
        cmocka_unit_test(
            a_peer_that_dies_behind_its_closed_window_is_noticed_from_outside), /* takes the whole form's time */
    };
    soak = getenv("TCPALIVE_TEST_SOAK") != NULL;
    return _cmocka_run_group_tests("wire", tests, sizeof tests / sizeof *tests - !soak, start, keep_lines);
}
