/*
 * Programs whose import table is not the way in, and a tcpalive whose own path no import can name: run must reach them
 * all the same.
 *
 * A .NET program is told by a directory in its headers. Where that says that there is machine code as well, as C++/CLI
 * programs have it, it is loaded as any other program. Else mscoree.dll runs it, and nobody reads its imports: here,
 * the probe with such a directory, and a mscoree.dll that is the probe.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include "windows/wine_program.h"
#include "windows/wine_seen.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* No page of one byte a character has both. */
#define FOREIGN "\xd0\xbf\xd1\x80\xd0\xb8-\xe3\x83\x86"
#define TOOL    "run --strict --idle 37s --"
enum { IDLE = 37, HEADER_SIZE = 72 /* IMAGE_COR20_HEADER */, COM_DIRECTORY = 14, FLAGS_AT = 16 };
enum { MIXED = 0, IL_ONLY = 1, FOR_32_BITS = 2 };

static char folder[300];

static uint32_t number_at(const unsigned char *at, size_t size)
{
    uint32_t number = 0;
    memcpy(&number, at, size);
    return number;
}

/* Points the directory at an empty header: at bytes of .rdata that are zero (Microsoft: PE Format). */
static void add_directory(unsigned char *file, uint32_t flags)
{
    static const char zeros[HEADER_SIZE + 4];
    unsigned char *pe = file + number_at(file + 0x3c, 4);
    unsigned char *directories = pe + (number_at(pe + 24, 2) == 0x20b ? 136 : 120);
    unsigned char *section = pe + 24 + number_at(pe + 20, 2);
    while (memcmp(section, ".rdata", 6) != 0)
        section += 40;
    uint32_t address = number_at(section + 12, 4), size = number_at(section + 16, 4), at = number_at(section + 20, 4);
    unsigned char *place = memmem(file + at, size, zeros, sizeof zeros);
    assert_non_null(place);
    place = file + ((uint32_t)(place - file) + 3) / 4 * 4;
    memcpy(place + FLAGS_AT, &flags, sizeof flags);
    uint32_t entry[2] = {(uint32_t)(place - file) - at + address, HEADER_SIZE};
    memcpy(directories + sizeof entry * COM_DIRECTORY, entry, sizeof entry);
}

static void make_managed(const char *word, const char *name, uint32_t flags)
{
    char file[64];
    size_t size;
    unsigned char *bytes = wine_probe_bytes(word, &size);
    add_directory(bytes, flags);
    snprintf(file, sizeof file, "%s/%s.exe", word, name);
    wine_program(file, bytes, size);
}

/* tcpalive for both word sizes in a folder of that name; the marked programs beside it. */
static int place(void **state)
{
    char command[1024];
    if (wine_setup(state) != 0)
        return -1;
    snprintf(folder, sizeof folder, "%s/" FOREIGN, wine_folder());
    for (size_t i = 0; i < 2; i++) {
        const char *word = wine_words[i];
        snprintf(command, sizeof command, "mkdir -p '%s/%s' && cp '%s'/tcpalive.* '%s/%s'", folder, word,
                 scene_build(i ? "windows/i686" : "windows/x86_64"), folder, word);
        assert_int_equal(system(command), 0);
        snprintf(command, sizeof command, "mkdir -p '%s/%s' && cp '%s/%s/mscoree.dll' '%s/%s/'", wine_folder(), word,
                 scene_build("windows/tests"), word, wine_folder(), word);
        assert_int_equal(system(command), 0);
        make_managed(word, "mixed", MIXED);
        make_managed(word, "managed", i ? IL_ONLY | FOR_32_BITS : IL_ONLY);
    }
    snprintf(command, sizeof command, "cp '%s' '%s/x86_64/managed_any.exe'",
             scene_build("windows/tests/x86_64/any_processor.exe"), wine_folder());
    assert_int_equal(system(command), 0);
    return 0;
}

static void expect_policy(const char *word, const char *words, int port)
{
    static const char *const environment[] = {"WINEDLLOVERRIDES=mscoree=n;mshtml=;winemenubuilder.exe=", NULL};
    struct child *child = wine_start(word, NULL, words, environment);
    if (child_line_with(child, "ready", WINE_DEADLINE_MS) != 0)
        fail_msg("%s: %s%s", words, child_output(child), child_errors(child));
    if (strstr(words, "managed")) /* it ran before it was reached */
        wine_connection_gets(port, IDLE);
    struct oracle_socket seen = wine_connection(port);
    if (!seen.keepalive || seen.idle != IDLE) {
        oracle_print(stderr, &seen);
        fail_msg("%s: keepalive 37 s expected", words);
    }
    child_close_stdin(child);
    assert_int_equal(child_wait(child, WINE_DEADLINE_MS), 0);
    assert_null(strstr(child_errors(child), "tcpalive: "));
    child_stop(child);
}

/* Under the tcpalive of a folder, for each pair of word sizes; `from` NULL: the program itself, else its parent. */
static void each_pair(const char *tools, const char *from, const char *program)
{
    for (size_t i = 0; i < 4; i++) {
        char words[1500], file[400], parent[400] = "";
        int port, listener = wine_listen(AF_INET, &port);
        snprintf(file, sizeof file, program, wine_words[i % 2]);
        if (from)
            snprintf(parent, sizeof parent, from, wine_words[i / 2]);
        snprintf(words, sizeof words, "%s/%s/tcpalive.exe " TOOL " %s%s%s%s %d", tools, wine_words[i / 2], parent,
                 from ? " child " : "", file, from ? "" : " connect", port);
        expect_policy(wine_words[i / 2], words, port);
        wine_seen(wine_words[i % 2], "probe.exe",
                  strstr(program, "mixed")     ? "marked as C++/CLI"
                  : strstr(program, "managed") ? "marked as .NET"
                                               : NULL);
        close(listener);
    }
}

static const char *managed(void)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/%%s/managed.exe", wine_folder());
    return path;
}

static const char *mixed(void)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/%%s/mixed.exe", wine_folder());
    return path;
}

static const char *plain(void)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/windows/tests/%%s/probe.exe", scene_build("."));
    return path;
}

static void managed_programs(void **state)
{
    (void)state;
    each_pair(scene_build("windows"), NULL, mixed());
    each_pair(scene_build("windows"), NULL, managed());
}

static void managed_children(void **state)
{
    (void)state;
    each_pair(scene_build("windows"), plain(), managed());
    each_pair(scene_build("windows"), mixed(), managed());
}

static void from_a_folder_with_a_foreign_name(void **state)
{
    (void)state;
    each_pair(folder, NULL, plain());
    each_pair(folder, NULL, managed());
    each_pair(folder, plain(), plain());
    each_pair(folder, plain(), managed());
}

/* What a compiler for .NET makes: marked as a 32-bit program, which the system runs as a 64-bit one. */
static void a_program_for_any_processor(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char words[1500];
        int port, listener = wine_listen(AF_INET, &port);
        snprintf(words, sizeof words, "%s/%s/tcpalive.exe " TOOL " %s/x86_64/managed_any.exe connect %d",
                 scene_build("windows"), wine_words[i], wine_folder(), port);
        expect_policy(wine_words[i], words, port);
        close(listener);
    }
}

static void check_tells_the_way(void **state)
{
    static char output[4096], errors[4096];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char words[500], file[400];
        snprintf(file, sizeof file, managed(), wine_words[i % 2]);
        snprintf(words, sizeof words, "check %s", file);
        assert_int_equal(wine_tool(wine_words[i / 2], words, output, errors, sizeof output), 0);
        assert_non_null(strstr(output, ", .NET\n  preload    yes  a thread loads tcpalive.dll once .NET runs"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(managed_programs),
        TEST(managed_children),
        TEST(from_a_folder_with_a_foreign_name),
        TEST(a_program_for_any_processor),
        TEST(check_tells_the_way),
#undef TEST
    };
    return cmocka_run_group_tests(tests, place, wine_teardown);
}
