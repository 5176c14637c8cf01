/*
 * The kit for a real Windows, under Wine: what Wine answers is known, and everything that tcpalive is asked there is
 * answered with yes.
 */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include "windows/wine_newer.h"
#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 16384, KIT_MS = 240000 };

/* The lines of answers alone: what begins with # is of this machine and this hour. */
static void keep_answers(char *to, const char *from)
{
    for (const char *next; *from; from = next) {
        const char *end = strchr(from, '\n');
        next = end ? end + 1 : from + strlen(from);
        if (*from != '#')
            for (; from < next; from++)
                if (*from != '\r')
                    *to++ = *from;
    }
    *to = '\0';
}

static void the_table_is_known(void **state)
{
    static char text[TEXT_SIZE], seen[TEXT_SIZE], known[TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char program[64], golden[100];
        snprintf(program, sizeof program, "windows/kit/verify-%s.exe", wine_words[i]);
        snprintf(golden, sizeof golden, "../tests/windows/seen/wine-%d-%s.txt", wine_newer_wanted() ? 10 : 8,
                 wine_words[i]);
        struct child *child = wine_start(wine_words[i], NULL, scene_build(program), NULL);
        child_close_stdin(child);
        int status = child_wait(child, KIT_MS);
        keep_answers(seen, child_output(child));
        FILE *file = fopen(scene_build(golden), "re");
        size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;
        if (file)
            fclose(file);
        text[size] = '\0';
        keep_answers(known, text);
        if (strcmp(seen, known) != 0)
            puts(child_output(child));
        assert_int_equal(status, 0);
        assert_string_equal(seen, known);
        child_stop(child);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(the_table_is_known, child_stop_all)};
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
