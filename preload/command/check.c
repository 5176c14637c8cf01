#include "preload/command/check.h"
#include "core/check_print.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
#include "preload/program/launcher.h"
#include "preload/program/program.h"
#include <stdio.h>
#include <string.h>

enum { ANSWER_SIZE = 6 * PATH_MAX + 4096 }; /* a path twice, each byte escaped at the worst */

/* Why what it starts is not reached by what run takes. NULL: nothing is known of that. */
static const char *lost_behind(const struct program *program, char *const *arguments, enum program_method chosen)
{
    static struct launcher_loss loss;
    bool lost = launcher_loses(program, arguments, &loss);
    return lost && (loss.another || chosen == PROGRAM_PRELOAD) ? loss.why : NULL;
}

struct answer {
    struct check check;
    char phrase[PATH_MAX + 128];
    struct program_reach reach[PROGRAM_METHODS];
    struct check_way way[PROGRAM_METHODS];
};

static void fill(struct answer *answer, char *const *words, const struct program *program)
{
    enum program_method chosen = launcher_choose(program, words);
    program_describe(program, answer->phrase, sizeof answer->phrase);
    for (int method = 0; method < PROGRAM_METHODS; method++) {
        struct program_reach *reach = &answer->reach[method];
        *reach = program_reach(program, method);
        answer->way[method] = (struct check_way){program_method_name(method), reach->reached, reach->why};
    }
    answer->check = (struct check){.name = words[0],
                                   .path = program->path,
                                   .what = answer->phrase,
                                   .run = chosen == PROGRAM_METHODS ? NULL : program_method_name(chosen),
                                   .left_out = chosen == PROGRAM_PRELOAD ? program_left_out(program) : NULL,
                                   .lost = lost_behind(program, words + 1, chosen),
                                   .way = answer->way,
                                   .ways = PROGRAM_METHODS};
}

/* The exit code for one program and its arguments; the answer on stdout. `before` stands between it and the last. */
static int check(char *const *words, bool json, const char **before)
{
    static char buffer[ANSWER_SIZE];
    static struct answer answer;
    struct text text = text_in(buffer, sizeof buffer);
    struct program program;
    int error = program_read(words[0], &program);
    if (error) {
        say("program", program.object, strerror(error));
        return program_exit_code(error);
    }
    text_add(&text, *before);
    *before = json ? "," : "";
    fill(&answer, words, &program);
    if (json)
        check_write_json(&text, &answer.check);
    else
        check_write(&text, &answer.check);
    say_answer(&text);
    return answer.check.run ? EXIT_DONE : EXIT_UNREACHED;
}

/* Each program, and what a launcher at the end starts, and what that one starts in turn. */
static int check_all(char *const *names, size_t count, char *const *launcher, bool json)
{
    const char *before = "";
    int result = EXIT_DONE;
    fputs(json ? "[" : "", stdout);
    for (size_t i = 0; i < count; i++) {
        char *const alone[] = {names[i], NULL};
        int one = check(alone, json, &before);
        result = one > result ? one : result;
    }
    for (; launcher; launcher = launcher_starts(launcher)) {
        int one = check(launcher, json, &before);
        result = one > result ? one : result;
    }
    fputs(json ? "]\n" : "", stdout);
    return result;
}

/* The words from a launcher on, without --json, which is check's wherever it stands. */
static char **take_launcher(struct arguments *arguments, char **words, bool *json)
{
    size_t count = 1;
    for (size_t i = 1; words[i]; i++)
        if (!arguments->operands && strcmp(words[i], "--json") == 0)
            *json = true;
        else
            words[count++] = words[i];
    words[count] = NULL;
    arguments->at = arguments->count;
    return words;
}

int check_main(int argc, char **argv)
{
    struct arguments arguments = arguments_begin(COMMAND_check, argc, argv);
    bool json = false;
    char **launcher = NULL;
    size_t count = 0;
    int result = GO_ON;
    /* The programs move to the front, over words that were taken already. */
    for (enum argument got; (got = arguments_take(&arguments, &result)) != ARGUMENT_END;)
        if (got != ARGUMENT_OPERAND)
            json = true;
        else if (launcher_takes(argv[arguments.at - 1], argv + arguments.at))
            launcher = take_launcher(&arguments, argv + arguments.at - 1, &json);
        else
            argv[count++] = argv[arguments.at - 1];
    if (result != GO_ON)
        return result;
    return count || launcher ? check_all(argv, count, launcher, json)
                             : say_usage("check", NULL, "needs a PROGRAM; see tcpalive help check");
}
