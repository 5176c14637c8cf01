/*
 * One table for all ways in: a policy, what the program itself says of its connection, and what the kernel holds in the
 * end. A way that comes to something else has a row of its own beside it, which says why.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include "tests/preload/cgroup/cgroup.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum way { PRELOAD, SUPERVISE, BOTH, ATTACH, CGROUP, WAYS };
static const char *const way_names[WAYS] = {"preload", "supervise", "both", "attach", "cgroup"};

enum { WORDS = 32 };

#define POLICY  "--idle 41 --interval 7 --probes 4"
#define HELD    1, 41, 7, 4
#define SYSTEMS TWICE_SYSTEM, TWICE_SYSTEM

/* In all three texts @ is the port of the connection's service; words are separated by spaces, the rules by none. */
struct row {
    const char *settings, *rules, *probe; /* `way PORT ...`: tests/targets/probe/stands.c */
    struct twice_values client;
    struct {
        unsigned ways; /* bit 1 << way */
        struct twice_values client;
        const char *why;
    } but;
};

#define LATE  "attach comes when all has been said: what is off, or as the system has it, looks untouched"
#define MAYBE "with times of its own, what is off may have been switched off"

static const struct row rows[] = {
    {POLICY, NULL, "after", {HELD, 0}, {0}},
    {POLICY, NULL, "before on idle=15", {HELD, 0}, {0}},
    {POLICY, NULL, "after on idle=15", {HELD, 0}, {0}},
    {POLICY, NULL, "after off", {HELD, 0}, {0}},
    {POLICY, NULL, "before off", {HELD, 0}, {0}},
    {POLICY, NULL, "before bound=9000", {HELD, 9000}, {0}},
    {POLICY, NULL, "after bound=9000", {HELD, 9000}, {0}},
    {POLICY " --user-timeout off", NULL, "after bound=9000", {HELD, 9000}, {0}},
    {POLICY " --user-timeout 5s", NULL, "after bound=9000", {HELD, 5000}, {0}},
    {POLICY " --user-timeout 5s", NULL, "before bound=3000", {HELD, 5000}, {0}},
    {POLICY " --mode tighten", NULL, "after idle=15", {1, 15, 7, 4, 0}, {0}},
    {POLICY " --mode tighten", NULL, "before idle=15 on", {1, 15, 7, 4, 0}, {0}},
    {POLICY " --mode tighten", NULL, "after idle=7000", {HELD, 0}, {0}},
    {POLICY " --mode tighten", NULL, "after off", {HELD, 0}, {0}},
    {POLICY " --mode tighten --user-timeout 5s", NULL, "after bound=9000", {HELD, 5000}, {0}},
    {POLICY " --mode tighten --user-timeout 5s", NULL, "after bound=3000", {HELD, 3000}, {0}},
    {POLICY " --mode respect", NULL, "after idle=15", {1, 15, 7, 4, 0}, {1 << ATTACH, {0, 15, SYSTEMS, 0}, MAYBE}},
    {POLICY " --mode respect", NULL, "before idle=7000 on", {1, 7000, 7, 4, 0}, {0}},
    {POLICY " --mode respect --user-timeout 5s", NULL, "after bound=9000", {HELD, 9000}, {0}},
    {POLICY " --mode respect", NULL, "after off", {0, 41, 7, 4, 0}, {1 << ATTACH, {HELD, 0}, LATE}},
    {POLICY " --mode respect", NULL, "before off", {0, 41, 7, 4, 0}, {1 << ATTACH, {HELD, 0}, LATE}},
    {POLICY " --mode respect",
     "any *:@ idle=31s",
     "after idle=15",
     {1, 15, 7, 4, 0},
     {1 << ATTACH, {0, 15, SYSTEMS, 0}, MAYBE}},
    {POLICY " --mode respect",
     "any *:@ idle=31s",
     "before idle=7200 on",
     {1, 7200, 7, 4, 0},
     {1 << ATTACH, {1, 31, 7, 4, 0}, LATE}},
    {POLICY " --mode respect", NULL, "before idle=7200 on", {1, 7200, 7, 4, 0}, {1 << ATTACH, {HELD, 0}, LATE}},
    {"--idle 9000 --mode tighten",
     NULL,
     "before idle=7200 on",
     {1, 7200, 10, 6, 0},
     {1 << ATTACH, {1, 9000, 10, 6, 0}, LATE}},
    {"--idle 9000 --mode tighten",
     "any *:@ interval=7",
     "before idle=7200 on",
     {1, 7200, 7, 6, 0},
     {1 << ATTACH, {1, 9000, 7, 6, 0}, LATE}},
    {POLICY, "any *:@ off", "after", {0, SYSTEMS, TWICE_SYSTEM, 0}, {0}},
    {POLICY, "any *:@ off", "before on idle=15", {1, 15, SYSTEMS, 0}, {0}},
    {POLICY, "any *:@ off", "after on idle=15 bound=9000", {1, 15, SYSTEMS, 9000}, {0}},
    {POLICY, "connect *:@ off; accept *:@ idle=31s", "after", {0, SYSTEMS, TWICE_SYSTEM, 0}, {0}},
    {POLICY, "accept *:@ off; connect *:@ idle=31s", "after idle=15", {1, 31, 7, 4, 0}, {0}},
    {POLICY, "connect 127.0.0.0/8:@ idle=31s", "before idle=15", {1, 31, 7, 4, 0}, {0}},
    {POLICY " --mode tighten", "connect 127.0.0.0/8:@ idle=31s", "after idle=15 off", {1, 15, 7, 4, 0}, {0}},
    {POLICY, "connect *:@ user-timeout=5s", "after bound=9000", {HELD, 5000}, {0}},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* Adds the text's words to the list, in place; @ becomes the port. */
static size_t add_words(const char **words, size_t count, char *room, const char *text, const char *separator)
{
    const char *port = words[0]; /* by agreement */
    char *at = room;
    for (; *text; text++)
        if (*text == '@')
            at = stpcpy(at, port);
        else
            *at++ = *text;
    *at = '\0';
    for (char *word; (word = strsep(&room, separator));)
        if (*word) {
            assert_true(count < WORDS - 1);
            words[count++] = word;
        }
    words[count] = NULL;
    return count;
}

static size_t add_settings(const struct row *row, const char **words, size_t count, char room[2][512])
{
    count = add_words(words, count, room[0], row->settings, " ");
    if (!row->rules)
        return count;
    words[count++] = "--rules";
    return add_words(words, count, room[1], row->rules, "");
}

/*
 * The program under the policy, once it is ready; attach comes then. `port` stands first in the lists that words go to.
 */
static struct child *start(const struct row *row, enum way way, const char *port)
{
    const char *words[WORDS] = {port}, *probe[WORDS] = {port}, *argv[WORDS] = {NULL};
    char room[3][512], number[16];
    size_t count = add_settings(row, words, 1, room), all = 0;
    probe[1] = scene_build("tests/probe");
    probe[2] = "way";
    probe[3] = port;
    size_t probes = add_words(probe, 4, room[2], row->probe, " ");
    struct child *child = NULL;
    if (way == CGROUP) {
        cgroup_put(words + 1);
        return cgroup_start_ready(probe + 1);
    }
    if (way != ATTACH) {
        argv[all++] = scene_build("tcpalive");
        argv[all++] = "run";
        argv[all++] = "--method";
        argv[all++] = way_names[way];
        for (size_t i = 1; i < count; i++)
            argv[all++] = words[i];
        argv[all++] = "--";
    }
    for (size_t i = 1; i < probes; i++)
        argv[all++] = probe[i];
    child = child_start(&(struct child_plan){.argv = argv});
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("%s: not ready: %s%s", way_names[way], child_output(child), child_errors(child));
    if (way == ATTACH) {
        const char *attach[WORDS] = {scene_build("tcpalive"), "attach"};
        for (all = 2; all < count + 1; all++)
            attach[all] = words[all - 1];
        snprintf(number, sizeof number, "%d", (int)child_pid(child));
        attach[all] = number;
        child_run(&(struct child_plan){.argv = attach}, NULL, 0);
    }
    return child;
}

static struct oracle_socket client_of(struct child *child)
{
    struct oracle_socket seen[8];
    ssize_t count = oracle_process(child_pid(child), seen, 8);
    for (ssize_t i = 0; i < count; i++)
        if (strstr(child_output(child), "fd client ") &&
            atoi(strstr(child_output(child), "fd client ") + 10) == seen[i].fd)
            return seen[i];
    fail_msg("no client: %s", child_output(child));
    return seen[0];
}

static void come_to_the_same(void **state)
{
    char port[8];
    const enum way way = (enum way)(*(const int *)*state);
    if (way == CGROUP)
        cgroup_need();
    for (size_t i = 0; i < ROWS; i++) {
        const struct row *row = &rows[i];
        snprintf(port, sizeof port, "%d", twice_free_port());
        struct child *child = start(row, way, port);
        struct oracle_socket client = client_of(child);
        child_stop(child);
        if (way == CGROUP)
            cgroup_end_case(NULL);
        print_message("%s; rules %s; %s\n", row->settings, row->rules ? row->rules : "none", row->probe);
        twice_expect(&client, row->but.ways & 1u << way ? &row->but.client : &row->client);
    }
}

/* Without tcpalive the program gets what it asks for, and none of the policies. */
static void bare_they_differ(void **state)
{
    struct twice_look look;
    struct twice_plan plan = {.probe = "way 23999 after on idle=15 bound=9000"};
    char probe[64];
    (void)state;
    snprintf(probe, sizeof probe, "way %d after on idle=15 bound=9000", twice_free_port());
    plan.probe = probe;
    assert_int_equal(twice_look(&look, &plan, 0), 0);
    twice_expect_all(&look, "client", &(struct twice_values){1, 15, SYSTEMS, 9000});
    twice_look_free(&look);
}

int main(void)
{
    static const int ways[WAYS] = {PRELOAD, SUPERVISE, BOTH, ATTACH, CGROUP};
    static struct CMUnitTest tests[WAYS + 1] = {cmocka_unit_test_teardown(bare_they_differ, child_stop_all)};
    for (int way = 0; way < WAYS; way++)
        tests[1 + way] = (struct CMUnitTest){way_names[way], come_to_the_same, NULL,
                                             way == CGROUP ? cgroup_end_case : child_stop_all, (void *)&ways[way]};
    return _cmocka_run_group_tests("ways", tests, WAYS + 1, cgroup_begin, cgroup_end);
}
