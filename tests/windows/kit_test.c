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

enum { TEXT_SIZE = 16384, LINE_SIZE = 512, KIT_MS = 280000 };

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

static const char *kit(const char *word)
{
    static char program[64];
    snprintf(program, sizeof program, "windows/kit/verify-%s.exe", word);
    return scene_build(program);
}

/* Whether the question of this line of the golden file gets its answer. Its line is not ended. */
static int is_answered(const char *word, const char *known, size_t length)
{
    char words[400], wanted[LINE_SIZE], got[LINE_SIZE];
    const char *answer = strstr(known, " | ");
    snprintf(words, sizeof words, "%s step %.*s", kit(word), (int)(answer - known), known);
    snprintf(wanted, sizeof wanted, "%.*s\n", (int)(length - (size_t)(answer + 3 - known)), answer + 3);
    wine_run(word, NULL, words, NULL, got, sizeof got);
    if (strcmp(got, wanted) != 0)
        print_message("%s, asked again: %s", words, got);
    return strcmp(got, wanted) == 0;
}

/*
 * Wine on a busy machine loses a program now and then: what was answered otherwise than is known is asked once more, by
 * itself.
 */
static int differ(const char *word, const char *seen, const char *known)
{
    int count = 0;
    while (*seen && *known) {
        size_t one = strcspn(seen, "\n"), other = strcspn(known, "\n");
        if (one != other || strncmp(seen, known, one) != 0) {
            print_message("%.*s\n%.*s expected\n", (int)one, seen, (int)other, known);
            count += !is_answered(word, known, other);
        }
        seen += one + (seen[one] == '\n');
        known += other + (known[other] == '\n');
    }
    return count + (*seen || *known);
}

static void read_golden(const char *word, char *known)
{
    static char text[TEXT_SIZE];
    char golden[100];
    snprintf(golden, sizeof golden, "../tests/windows/seen/wine-%d-%s.txt", wine_newer_wanted() ? 10 : 8, word);
    FILE *file = fopen(scene_build(golden), "re");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    keep_answers(known, text);
}

static void the_table_is_known(void **state)
{
    static char seen[TEXT_SIZE], known[TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct child *child = wine_start(wine_words[i], NULL, kit(wine_words[i]), NULL);
        child_close_stdin(child);
        int status = child_wait(child, KIT_MS);
        keep_answers(seen, child_output(child));
        read_golden(wine_words[i], known);
        if (strcmp(seen, known) != 0 && (status < 0 || differ(wine_words[i], seen, known))) {
            puts(child_output(child));
            fflush(stdout);
            fail_msg("%s: exit status %d", wine_words[i], status);
        }
        child_stop(child);
    }
}

/* The kit makes consoles of its own, which no Wine can without a display: here the program under test is on one. */
static void its_program_on_a_console(void **state)
{
    static const struct {
        const char *way;
        int status;
    } rows[] = {{"letters", 42}, {"question", 0}};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char words[300];
        snprintf(words, sizeof words, "%s self %s", kit(wine_words[i / 2]), rows[i % 2].way);
        struct child *child = wine_start_console(wine_words[i / 2], NULL, words);
        int status = child_wait(child, WINE_DEADLINE_MS);
        if (status != rows[i % 2].status)
            fail_msg("%s: %d: %s", words, status, wine_screen(child));
        child_stop(child);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_table_is_known, child_stop_all),
        cmocka_unit_test_teardown(its_program_on_a_console, child_stop_all),
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
