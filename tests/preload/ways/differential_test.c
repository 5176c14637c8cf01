/*
 * A program that makes random calls, right and wrong, sees the same results and errors in every way in as without
 * tcpalive. attach is not among them: it makes no call of the program's its own.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include "tests/preload/cgroup/cgroup.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 24, COUNT = 4000, LONG_SEEDS = 80 }; /* no run may last: the kernel's timers go by the clock */

#define RULES "--rules", "any *:1-65535 idle=30s; accept 10.0.0.0/8 off"

static const struct way {
    const char *name, *program;
    const char *words[10]; /* before the program; none: in a group under a policy, else behind `tcpalive run` */
} ways[] = {
    {"preload", "dynamic", {"--method", "preload"}},
    {"preload, rules", "dynamic", {"--method", "preload", RULES}},
    {"preload, tighten", "dynamic", {"--method", "preload", "--mode", "tighten", "--user-timeout", "30s"}},
    {"preload, respect, rules", "dynamic", {"--method", "preload", "--mode", "respect", RULES}},
    {"supervise", "static", {"--method", "supervise"}},
    {"supervise, rules", "static", {"--method", "supervise", RULES}},
    {"supervise, tighten", "static", {"--method", "supervise", "--mode", "tighten"}},
    {"both, rules", "dynamic", {"--method", "both", RULES}},
    {"cgroup", "static", {NULL}},
};
enum { WAYS = sizeof ways / sizeof *ways };

static bool is_long(void)
{
    return getenv("TCPALIVE_TEST_SOAK");
}

static const char *program_of(const struct way *way)
{
    return scene_build(strcmp(way->program, "static") == 0 ? "tests/direct/random" : "tests/direct/random-dynamic");
}

static struct child *start(const struct way *way, int port, unsigned seed, const char *how)
{
    static char texts[3][16];
    const char *argv[WORDS] = {NULL};
    size_t count = 0;
    if (way && way->words[0]) {
        argv[count++] = scene_build("tcpalive");
        argv[count++] = "run";
        for (size_t i = 0; way->words[i]; i++)
            argv[count++] = way->words[i];
        argv[count++] = "--log=off";
        argv[count++] = "--";
    }
    snprintf(texts[0], sizeof texts[0], "%d", port);
    snprintf(texts[1], sizeof texts[1], "%u", seed);
    snprintf(texts[2], sizeof texts[2], "%d", COUNT);
    argv[count++] = program_of(way ? way : &ways[0]);
    for (size_t i = 0; i < 3; i++)
        argv[count++] = texts[i];
    argv[count++] = how;
    return way && !way->words[0] ? cgroup_start(argv) : child_start(&(struct child_plan){.argv = argv});
}

static char *output_of(const struct way *way, int port, unsigned seed, const char *how)
{
    struct child *child = start(way, port, seed, how);
    int status = child_wait(child, 4 * CHILD_DEADLINE_MS);
    if (status != 0)
        fail_msg("%s, seed %u, %s: status %d: %s", way ? way->name : "bare", seed, how, status, child_errors(child));
    char *output = strdup(child_output(child));
    child_stop(child);
    assert_non_null(output);
    return output;
}

/*
 * In a group the kernel fetches an option's value for the group's program before it looks at anything else, as many
 * bytes as the call says: with a pointer to fewer that is its error then.
 */
static bool is_fetched_first(const char *bare, const char *with)
{
    unsigned one, other, call, same_call;
    int fault;
    return sscanf(bare, "%u call %u:", &one, &call) == 2 &&
           sscanf(with, "%u call %u: -1 %d", &other, &same_call, &fault) == 3 && one == other && call == same_call &&
           call >= 4 && call <= 7 && fault == EFAULT;
}

enum { TRIES = 5 };

/* False where one line differs, which is shown. */
static bool are_same(char *bare, char *with, bool in_group, const char *where)
{
    while (bare && with) {
        const char *one = strsep(&bare, "\n"), *other = strsep(&with, "\n");
        if (strcmp(one, other) != 0 && !(in_group && is_fetched_first(one, other))) {
            print_message("%s: %s, bare %s\n", where, other, one);
            return false;
        }
    }
    return !bare && !with;
}

/* A timer of the kernel's may fall within one run: what is really another is so each time. */
static bool come_to_the_same(const struct way *way, unsigned seed, const char *how)
{
    bool same = false;
    char where[128];
    snprintf(where, sizeof where, "%s, seed %u, by %s", way->name, seed, how);
    for (int tries = 0; tries < TRIES && !same; tries++) {
        char *bare = output_of(NULL, twice_free_port(), seed, how),
             *with = output_of(way, twice_free_port(), seed, how);
        assert_true(strlen(bare) > 10 * COUNT);
        same = are_same(bare, with, !way->words[0], where);
        free(bare);
        free(with);
    }
    return same;
}

static void results_are_the_same(void **state)
{
    const struct way *way = *state;
    if (!way->words[0]) {
        cgroup_need();
        cgroup_put(WORDS_OF("--idle", "41"));
    }
    for (unsigned seed = 1; seed <= (is_long() ? LONG_SEEDS : 1); seed++) {
        unsigned own = seed + 100 * (unsigned)(way - ways);
        assert_true(come_to_the_same(way, own, "function"));
        assert_true(come_to_the_same(way, own, "syscall"));
    }
}

int main(void)
{
    static struct CMUnitTest tests[WAYS];
    for (size_t i = 0; i < WAYS; i++)
        tests[i] = (struct CMUnitTest){ways[i].name, results_are_the_same, NULL,
                                       ways[i].words[0] ? child_stop_all : cgroup_end_case, (void *)&ways[i]};
    return _cmocka_run_group_tests("differential", tests, WAYS, cgroup_begin, cgroup_end);
}
