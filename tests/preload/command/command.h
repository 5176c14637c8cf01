/*
 * The command as scripts and people meet it, built with sanitizers. What its tests share.
 */
#ifndef TESTS_PRELOAD_COMMAND_COMMAND_H
#define TESTS_PRELOAD_COMMAND_COMMAND_H

#include "harness/child.h"
#include <limits.h>

enum { COMMAND_WORDS = 12, COMMAND_VARIABLES = 4 };

/* A preload of the test's comes before the sanitizer's, which it would refuse to start under. */
#define COMMAND_SANITIZER "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0"

/* Where the command and the library are; known once the group's setup has run. */
extern char command_path[PATH_MAX], command_library[PATH_MAX];
int command_find(void **state);
#define COMMAND_TEST(name) cmocka_unit_test_teardown(name, child_stop_all)

/* Started with the words behind the command's name, both lists ended by NULL. */
struct child *command_start(const char *const *words, const char *const *variables);

struct command_row {
    const char *words[COMMAND_WORDS + 1];
    int status;
    const char *errors; /* all of stderr; or, without a newline at its end, how it begins */
    const char *variables[COMMAND_VARIABLES + 1];
};
void command_expect(const struct command_row *rows, size_t count);

/* A program of that path: a shell's script of this line, with a comment before it that means nothing. */
void command_write_script(const char *path, const char *line);

#endif
