#include "strace.h"
#include "child.h"
#include "cmocka_all.h"
#include "scene.h"
#include <stdio.h>
#include <string.h>

enum { WORDS = 32 };

static long lines_of(const char *path)
{
    FILE *file = fopen(path, "re");
    long lines = 0;
    assert_non_null(file);
    for (int letter; (letter = getc(file)) != EOF;)
        lines += letter == '\n';
    fclose(file);
    return lines;
}

long strace_count(const char *const *argv, const char *preload, const char *const *environment)
{
    char *directory = scene_directory(), path[4096], option[4200];
    const char *words[WORDS] = {"strace", "-f", "-qqq", "-o", path};
    size_t used = 5;
    snprintf(path, sizeof path, "%s/calls", directory);
    snprintf(option, sizeof option, "LD_PRELOAD=%s", preload ? preload : "");
    if (preload) {
        words[used++] = "-E";
        words[used++] = option;
    }
    for (; *argv; argv++) {
        assert_true(used < WORDS - 1);
        words[used++] = *argv;
    }
    struct child *child = child_start(&(struct child_plan){.argv = words, .environment = environment});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_errors(child), "");
    child_stop(child);
    long calls = lines_of(path);
    scene_remove_directory(directory);
    return calls;
}
