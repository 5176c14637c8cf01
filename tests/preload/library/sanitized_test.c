/*
 * The library built with sanitizers, in hosts built with the same: AddressSanitizer and UndefinedBehaviorSanitizer see
 * each step of it, ThreadSanitizer every word of it that threads share. A host that is not well ends at once, and never
 * says that it is ready.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 12 };

/* What gives the library much to do. */
#define HOLD "ASAN_OPTIONS=detect_leaks=0", "TSAN_OPTIONS=halt_on_error=1"
static const char *const environments[][6] = {
    {HOLD, "TCPALIVE_IDLE=61s"},
    {HOLD, "TCPALIVE_RULES=connect *:* idle=61s; accept 127.0.0.0/8 idle=62s", "TCPALIVE_MODE=respect",
     "TCPALIVE_FOLLOW=on"},
    {HOLD, "TCPALIVE_SURVIVE=aws-nlb", "TCPALIVE_MODE=tighten", "TCPALIVE_LOG=debug"},
    {HOLD, "TCPALIVE_IDEL=1", "TCPALIVE_PROBES=900", "TCPALIVE_RULES=connect"},
};

struct host {
    const char *program, *library; /* in the build directory */
    const char *command[10];       /* what the program is told, one after the other; ended by NULL */
};

/*
 * The library is for the host alone: the words in front of it have no sanitizer. Addresses that are not random leave
 * one its place.
 */
static struct child *begin(const struct host *host, const char *command, const char *const *environment)
{
    char preload[600], words[64];
    const char *argv[WORDS_MAX] = {"setarch", "-R", "env", preload, scene_build(host->program)};
    size_t count = 5;
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", environment ? scene_build(host->library) : "");
    snprintf(words, sizeof words, "%s", command);
    for (char *rest = words, *word; (word = strsep(&rest, " ")) && count < WORDS_MAX - 1;)
        argv[count++] = word;
    return child_start(&(struct child_plan){.argv = argv, .environment = environment});
}

static int is_well(const struct host *host, const char *command, const char *const *environment)
{
    struct child *child = begin(host, command, environment);
    int well = child_line_with(child, "ready", CHILD_DEADLINE_MS) == 0;
    if (!well && environment)
        print_message("%s %s, %s: %.3000s\n", host->program, command, environment[2], child_errors(child));
    child_stop(child);
    return well;
}

static void each_host_is_well(void **state)
{
    const struct host *host = *state;
    int bad = 0;
    if (!is_well(host, host->command[0], NULL)) {
        print_message("skipped: the sanitizer cannot run here: %s\n", host->program);
        skip();
    }
    for (const char *const *command = host->command; *command; command++)
        for (size_t i = 0; i < sizeof environments / sizeof *environments; i++)
            bad += !is_well(host, *command, environments[i]);
    assert_int_equal(bad, 0);
}

#define CASE(name, host)                                                                                               \
    {                                                                                                                  \
        name, each_host_is_well, NULL, child_stop_all, (void *)&(host)                                                 \
    }

int main(void)
{
    static const struct host steps = {"tests/host-asan",
                                      "sanitized/address/libtcpalive.so",
                                      {"serve", "own-options", "threads 32", "fork-in-threads 4", "set-in-threads 500",
                                       "child spawn", "child vfork", "raw"}};
    static const struct host words = {"sanitized/thread/host",
                                      "sanitized/thread/libtcpalive.so",
                                      {"threads 32", "fork-in-threads 4", "set-in-threads 500", "own-options"}};
    static const struct host first = {"sanitized/thread/race", "sanitized/thread/libtcpalive.so", {"8"}};
    static const struct CMUnitTest tests[] = {
        CASE("each step, by AddressSanitizer and UndefinedBehaviorSanitizer", steps),
        CASE("words that threads share, by ThreadSanitizer", words),
        CASE("first calls that come together, by ThreadSanitizer", first),
    };
    return cmocka_run_group_tests_name("sanitized", tests, NULL, NULL);
}
