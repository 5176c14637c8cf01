/*
 * What the library costs in things that can be counted and do not vary: instructions of the program's own, system
 * calls of the start, private memory, the file's size. Time is shown by `make bench` and judged by nobody here.
 * System calls of each operation: hook_cost_test.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/strace.h"
#include <fcntl.h>
#include <link.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROUNDS = 1000, PAGE = 4096, STRIPPED_MOST = 54 * 1024, START_MOST = 28000, START_OFF_MOST = 22000 };

static void needs_this_machine(void)
{
    if (scene_target()->root[0] || scene_target()->launcher[0])
        skip(); /* counted where tools see the program itself; the library is the same */
}

static void run(const char *const *argv, const char *preload, const char *environment, struct child **child)
{
    const char *settings[] = {environment, NULL};
    *child = child_start(&(struct child_plan){.argv = argv, .preload = preload, .environment = settings});
    assert_int_equal(child_wait(*child, CHILD_DEADLINE_MS), 0);
}

/* User instructions of a whole run of the probe. */
static long instructions_of(const char *what, int rounds, const char *preload, const char *environment)
{
    char count[16];
    const char *argv[] = {"valgrind",
                          "--tool=callgrind",
                          "--callgrind-out-file=/dev/null",
                          "--toggle-collect=inherited_sweep",
                          "--collect-atstart=yes", /* behind the other, which switches it off */
                          scene_target()->probe,
                          "-x",
                          "repeat",
                          what,
                          count,
                          NULL};
    struct child *child;
    snprintf(count, sizeof count, "%d", rounds);
    run(argv, preload, environment, &child);
    const char *total = strstr(child_errors(child), "Collected : ");
    assert_non_null(total);
    long instructions = strtol(total + strlen("Collected : "), NULL, 10);
    child_stop(child);
    return instructions;
}

static double instructions_a_round(const char *what, const char *preload, const char *environment)
{
    long none = instructions_of(what, 0, preload, environment);
    return (double)(instructions_of(what, ROUNDS, preload, environment) - none) / ROUNDS;
}

struct instructions_case {
    const char *name, *what, *environment;
    int most; /* above bare, for one round */
};

/*
 * What a round is: tests/targets/probe/repeat.c. A round of `datagram` is ten calls, six of them hooked, `local` is one
 * socket, a connection is four hooked calls.
 */
static const struct instructions_case instructions_cases[] = {
    {"instructions of socket and close", "socket", "TCPALIVE=on", 104},
    {"instructions of socket and close, user timeout too", "socket", "TCPALIVE_USER_TIMEOUT=45s", 320},
    {"instructions of socket and close, switched off", "socket", "TCPALIVE=off", 50},
    {"instructions of a connection", "connection", "TCPALIVE=on", 300},
    {"instructions of UDP", "datagram", "TCPALIVE=on", 420},
    {"instructions of Unix sockets", "local", "TCPALIVE=on", 60},
};
enum { INSTRUCTIONS_CASES = sizeof instructions_cases / sizeof *instructions_cases };

static void instructions(void **state)
{
    const struct instructions_case *one = *state;
    needs_this_machine();
    double bare = instructions_a_round(one->what, NULL, one->environment);
    double with = instructions_a_round(one->what, scene_target()->library, one->environment);
    print_message("%s: %.0f bare, %.0f more with the library\n", one->name, bare, with - bare);
    assert_true(with > bare); /* or the library is not there at all */
    assert_true(with - bare <= one->most);
}

/*
 * System calls of a run that makes no socket; its three standard descriptors are no sockets either. A mapping for
 * variables that do not fit on the page of the others would be one more.
 */
static long calls_of_start(const char *preload)
{
    const char *argv[] = {scene_target()->probe, "-x", "repeat", "socket", "0", NULL};
    return strace_count(argv, preload, NULL);
}

static void start(void **state)
{
    (void)state;
    needs_this_machine();
    long nothing = calls_of_start(scene_build("tests/empty.so"));
    long ours = calls_of_start(scene_target()->library);
    print_message("system calls of the start: %ld more than those of any preloaded object\n", ours - nothing);
    assert_true(ours > nothing);
    assert_true(ours - nothing <= 5);
}

/*
 * Bytes between the pieces that the loader maps: the next one begins where its address asks for, up to a
 * page further on.
 */
static long holes(const char *path)
{
    ElfW(Ehdr) header;
    ElfW(Phdr) part;
    long end = 0, sum = 0;
    FILE *library = fopen(path, "re");
    assert_non_null(library);
    assert_int_equal(fread(&header, sizeof header, 1, library), 1);
    assert_int_equal(fseek(library, (long)header.e_phoff, SEEK_SET), 0);
    for (int i = 0; i < header.e_phnum && fread(&part, sizeof part, 1, library) == 1; i++)
        if (part.p_type == PT_LOAD) {
            sum += (long)part.p_offset - end;
            end = (long)(part.p_offset + part.p_filesz);
        }
    fclose(library);
    return sum;
}

/*
 * Instructions of the start, the loader's work on the library included, without the look at what is open: the
 * instrument keeps descriptors of its own. Most processes of a script never open a socket.
 */
static void start_instructions(void **state)
{
    static const struct {
        const char *environment;
        long most;
    } rows[] = {{"A=B", START_MOST},
                {"TCPALIVE_IDLE=30s", START_MOST},
                {"TCPALIVE_MODE=respect", START_MOST},
                {"TCPALIVE=off", START_OFF_MOST}};
    (void)state;
    needs_this_machine();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        long bare = instructions_of("socket", 0, NULL, rows[i].environment);
        long with = instructions_of("socket", 0, scene_target()->library, rows[i].environment);
        print_message("instructions of the start, %s: %ld more than bare\n", rows[i].environment, with - bare);
        assert_in_range(with - bare, 1, rows[i].most);
    }
}

/*
 * What a thousand rules cost over one: at the start their text is copied, at the first TCP socket they are read. By
 * time about 10 and 400 us.
 */
static void rules(void **state)
{
    static const struct {
        const char *name;
        int sockets;
        long most;
    } rows[] = {{"at the start", 0, 60000}, {"at the first socket", 1, 4500000}};
    static char environment[64000];
    size_t used = (size_t)snprintf(environment, sizeof environment, "TCPALIVE_RULES=");
    (void)state;
    needs_this_machine();
    for (int i = 0; i < 1000; i++)
        used += (size_t)snprintf(environment + used, sizeof environment - used,
                                 "connect 10.%d.%d.7:%d idle=30s probes=3;", i / 250, i % 250, 2000 + i);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        long one = instructions_of("socket", rows[i].sockets, scene_target()->library, "TCPALIVE_RULES=any * idle=9s");
        long many = instructions_of("socket", rows[i].sockets, scene_target()->library, environment);
        print_message("instructions of a thousand rules, %s: %ld\n", rows[i].name, many - one);
        assert_in_range(many - one, 1, rows[i].most);
    }
}

static void stripped_size(void **state)
{
    (void)state;
    char *directory = scene_directory(), path[4096];
    struct stat file;
    struct child *child;
    needs_this_machine();
    snprintf(path, sizeof path, "%s/stripped", directory);
    const char *argv[] = {"strip", "-o", path, scene_target()->library, NULL};
    run(argv, NULL, NULL, &child);
    child_stop(child);
    assert_int_equal(stat(path, &file), 0);
    long held = (long)file.st_size - holes(path);
    scene_remove_directory(directory);
    print_message("stripped: %ld bytes in a file of %lld\n", held, (long long)file.st_size);
    assert_true(held <= STRIPPED_MOST);
}

/* Where the library lies in the process: as far as its program headers say, zero-filled memory included. */
static void find_library(pid_t pid, const char *file, unsigned long *begin, unsigned long *end)
{
    char path[64], line[4096];
    ElfW(Ehdr) header;
    ElfW(Phdr) part;
    *begin = *end = 0;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "re");
    assert_non_null(maps);
    while (!*begin && fgets(line, sizeof line, maps))
        if (strstr(line, file))
            *begin = strtoul(line, NULL, 16);
    fclose(maps);
    FILE *library = fopen(file, "re");
    assert_non_null(library);
    assert_int_equal(fread(&header, sizeof header, 1, library), 1);
    assert_int_equal(fseek(library, (long)header.e_phoff, SEEK_SET), 0);
    for (int i = 0; i < header.e_phnum && fread(&part, sizeof part, 1, library) == 1; i++)
        if (part.p_type == PT_LOAD && *begin + part.p_vaddr + part.p_memsz > *end)
            *end = *begin + part.p_vaddr + part.p_memsz;
    fclose(library);
}

/* Pages of the process's own there: written, or never to be shared again. Flags: proc_pid_pagemap(5). */
static int own_pages(pid_t pid, unsigned long begin, unsigned long end)
{
    const uint64_t in_memory = 3ull << 62, of_a_file = 1ull << 61;
    char path[64];
    int count = 0;
    snprintf(path, sizeof path, "/proc/%d/pagemap", (int)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    for (unsigned long page = begin / PAGE; page * PAGE < end; page++) {
        uint64_t entry;
        assert_int_equal(pread(file, &entry, sizeof entry, (off_t)(page * sizeof entry)), sizeof entry);
        count += entry & in_memory && !(entry & of_a_file);
    }
    close(file);
    return count;
}

/* Whatever the order in which the linker was given the files. */
static void private_memory(void **state)
{
    const char *library = *state ? scene_build(*state) : scene_target()->library;
    unsigned long begin, end;
    needs_this_machine();
    const char *argv[] = {scene_target()->probe, "connect", "inet", "plain", NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv, .preload = library});
    assert_int_equal(child_line_with(child, "ready", CHILD_DEADLINE_MS), 0);
    find_library(child_pid(child), library, &begin, &end);
    assert_true(begin);
    int pages = own_pages(child_pid(child), begin, end);
    print_message("private pages: %d\n", pages);
    assert_in_range(pages, 1, 2);
}

int main(void)
{
    enum { OTHERS = 6 };
    close_range(3, ~0u, CLOSE_RANGE_CLOEXEC); /* a start looks at each descriptor that it inherits */
    static struct CMUnitTest tests[INSTRUCTIONS_CASES + OTHERS] = {
        cmocka_unit_test_teardown(start, child_stop_all),
        cmocka_unit_test_teardown(start_instructions, child_stop_all),
        cmocka_unit_test_teardown(rules, child_stop_all),
        cmocka_unit_test_teardown(stripped_size, child_stop_all),
        cmocka_unit_test_teardown(private_memory, child_stop_all),
        {"private_memory_in_another_link_order", private_memory, NULL, child_stop_all,
         (void *)"reversed/libtcpalive.so"},
    };
    for (size_t i = 0; i < INSTRUCTIONS_CASES; i++)
        tests[OTHERS + i] = (struct CMUnitTest){instructions_cases[i].name, instructions, NULL, child_stop_all,
                                                (void *)&instructions_cases[i]};
    return _cmocka_run_group_tests("cost", tests, INSTRUCTIONS_CASES + OTHERS, NULL, NULL);
}
