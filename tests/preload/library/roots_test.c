/*
 * The hook tests again, on other C libraries, word sizes and machines: each case is one of their programs,
 * told by the environment which library and which probe to use, and where.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/seen.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct place {
    const char *name;
    const char *library, *probe; /* below build/; with a root, inside that root */
    const char *root;            /* below build/; NULL: none */
    const char *launcher;        /* NULL: none */
    const char *note;            /* what README says of it; NULL: nothing */
    const char *host;            /* the host beside the probe; NULL: it stands without one */
};

#define EMULATOR "qemu-aarch64 -L /usr/aarch64-linux-gnu"
#define ROOT     "/tcpalive/libtcpalive.so", "/tcpalive/probe"
#define HOST     "/tcpalive/host"

static const struct place places[] = {
    {"musl", ROOT, "cache/roots/musl", NULL, NULL, HOST},
    {"glibc 2.31", ROOT, "cache/roots/bullseye", NULL, NULL, HOST},
    {"glibc 2.31 with libpthread", "/tcpalive/libtcpalive.so", "/tcpalive/threads/probe", "cache/roots/bullseye", NULL,
     "libpthread", NULL},
    {"glibc 2.41", ROOT, "cache/roots/trixie", NULL, NULL, HOST},
    {"i386", "i386-linux-gnu/libtcpalive.so", "i386-linux-gnu/tests/probe", NULL, NULL, NULL,
     "i386-linux-gnu/tests/host"},
    {"i386 with 64-bit times", "i386-linux-gnu/libtcpalive.so", "i386-linux-gnu/tests/time64/probe", NULL, NULL,
     "64-bit times", NULL},
    {"aarch64", "aarch64-linux-gnu/libtcpalive.so", "aarch64-linux-gnu/tests/probe", NULL, EMULATOR, "qemu-user", NULL},
};
static const char *const programs[] = {
    "hooks/open_test",       "hooks/elsewhere_test", "hooks/maker_test",   "hooks/options_test", "hooks/settings_test",
    "hooks/rules_test",      "hooks/object_test",    "hosts/threads_test", "hosts/syscall_test", "hosts/pointers_test",
    "hosts/allocators_test", "hosts/hostile_test",   "hosts/sandbox_test"};
enum { PLACES = sizeof places / sizeof *places, PROGRAMS = sizeof programs / sizeof *programs };

/* The host tests want another program than the hook tests. NULL: this place has none. */
static const char *program_for(const struct place *place, const char *test)
{
    return strncmp(test, "hosts", 5) == 0 ? place->host : place->probe;
}

struct root_case {
    const struct place *place;
    const char *program;
};

static void with_value(const char **list, char *room, size_t size, const char *name, const char *value)
{
    while (*list)
        list++;
    assert_true((size_t)snprintf(room, size, "%s=%s", name, value) < size);
    *list = room;
}

/* In a root the tools that read the library look at it from outside. */
static const char *outside(const struct place *place, const char *file)
{
    static char path[4096];
    if (place->root)
        snprintf(path, sizeof path, "%s%s", scene_build(place->root), file);
    else
        snprintf(path, sizeof path, "%s", scene_build(file));
    return path;
}

/* Every line marked, so that nobody counts them as this program's own. */
static void show(const char *text)
{
    for (const char *end; *text; text = end + (*end == '\n')) {
        end = text + strcspn(text, "\n");
        printf("| %.*s\n", (int)(end - text), text);
    }
}

/* The C library of an emulated program is where the launcher's last word says. */
static void note_seen(const struct place *place)
{
    const char *last = place->launcher ? strrchr(place->launcher, ' ') + 1 : NULL;
    seen_file(outside(place, place->probe), place->root ? scene_build(place->root) : last, "preload", place->note);
}

static void hooks_hold(void **state)
{
    const struct root_case *one = *state;
    const struct place *place = one->place;
    const char *environment[8] = {NULL}, *argv[] = {scene_build("tests"), NULL};
    char library[600], probe[600], root[600], launcher[600], option[600], proc[64], program[4096];
    const char *runs = program_for(place, one->program);
    int reads_file = strcmp(one->program, "hooks/object_test") == 0;
    if (place->root && geteuid() != 0) {
        print_message("only root can enter a root file system\n");
        skip();
    }
    if (access(outside(place, runs), X_OK) != 0) {
        print_message("nothing to run: %s is missing\n", outside(place, runs));
        skip();
    }
    with_value(environment, library, sizeof library, "TCPALIVE_TEST_LIBRARY",
               place->root && !reads_file ? place->library : outside(place, place->library));
    with_value(environment, probe, sizeof probe, "TCPALIVE_TEST_PROBE", place->root ? runs : outside(place, runs));
    if (runs == place->host)
        with_value(environment, proc, sizeof proc, "TCPALIVE_TEST_ROOT_PROC", "1");
    if (place->root)
        with_value(environment, root, sizeof root, "TCPALIVE_TEST_ROOT", scene_build(place->root));
    if (place->launcher) {
        with_value(environment, launcher, sizeof launcher, "TCPALIVE_TEST_LAUNCHER", place->launcher);
        with_value(environment, option, sizeof option, "TCPALIVE_TEST_ENVIRONMENT_OPTION", "-E");
    }
    snprintf(program, sizeof program, "%s/%s", scene_build("tests"), one->program);
    argv[0] = program;
    struct child *child = child_start(&(struct child_plan){.argv = argv, .environment = environment});
    child_close_stdin(child);
    int status = child_wait(child, 10 * CHILD_DEADLINE_MS);
    if (status != 0) {
        show(child_output(child));
        show(child_errors(child));
    }
    assert_int_equal(status, 0);
    if (one->program == programs[0])
        note_seen(place);
}

int main(void)
{
    static struct root_case cases[PLACES * PROGRAMS];
    static struct CMUnitTest tests[PLACES * PROGRAMS];
    size_t count = 0;
    for (size_t i = 0; i < PLACES * PROGRAMS; i++) {
        char *name = NULL;
        if (!program_for(&places[i / PROGRAMS], programs[i % PROGRAMS]))
            continue;
        cases[i] = (struct root_case){&places[i / PROGRAMS], programs[i % PROGRAMS]};
        if (asprintf(&name, "%s: %s", cases[i].place->name, cases[i].program) < 0)
            return 1;
        tests[count++] = (struct CMUnitTest){name, hooks_hold, NULL, child_stop_all, &cases[i]};
    }
    return _cmocka_run_group_tests("roots", tests, count, NULL, NULL);
}
