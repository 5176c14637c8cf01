#include "command.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char command_path[PATH_MAX], command_library[PATH_MAX];

int command_find(void **state)
{
    (void)state;
    snprintf(command_path, sizeof command_path, "%s", scene_build("asan/tcpalive"));
    return realpath(scene_build("libtcpalive.so"), command_library) ? 0 : -1;
}

struct child *command_start(const char *const *words, const char *const *variables)
{
    const char *argv[COMMAND_WORDS + 2] = {command_path}, *environment[COMMAND_VARIABLES + 2] = {COMMAND_SANITIZER};
    for (size_t i = 0; i < COMMAND_WORDS && words[i]; i++)
        argv[i + 1] = words[i];
    for (size_t i = 0; variables && i < COMMAND_VARIABLES && variables[i]; i++)
        environment[i + 1] = variables[i];
    return child_start(&(struct child_plan){.argv = argv, .environment = environment});
}

static void expect_row(const struct command_row *row)
{
    struct child *child = command_start(row->words, row->variables);
    int status = child_wait(child, CHILD_DEADLINE_MS);
    const char *errors = child_errors(child);
    size_t length = strlen(row->errors);
    bool whole = !length || row->errors[length - 1] == '\n';
    if (status != row->status || (whole ? strcmp(errors, row->errors) : strncmp(errors, row->errors, length)))
        fail_msg("%s %s: exit %d, %s", row->words[0], row->words[0] ? row->words[1] : "", status, errors);
    child_stop(child);
}

void command_expect(const struct command_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_row(&rows[i]);
}

void command_write_script(const char *path, const char *line)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fprintf(file, "#!/bin/sh\n# LD_PRELOAD=comment; exec sudo true\n%s\n", line) > 0);
    assert_int_equal(fchmod(fileno(file), 0755), 0);
    assert_int_equal(fclose(file), 0);
}
