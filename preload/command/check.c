#include "preload/command/check.h"
#include "core/json.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
#include "preload/program/launcher.h"
#include "preload/program/program.h"
#include <stdio.h>
#include <string.h>

enum { ANSWER_SIZE = 6 * PATH_MAX + 4096 }; /* a path twice, each byte escaped at the worst */

/* Why what it starts is not reached by what run takes. NULL: nothing is known of that. */
static const char *lost_behind(const struct program *program, char *const *arguments)
{
    static struct launcher_loss loss;
    bool lost = launcher_loses(program, arguments, &loss);
    return lost && (loss.another || program_choose(program) == PROGRAM_PRELOAD) ? loss.why : NULL;
}

static void write_line(struct text *text, const char *what, const char *why)
{
    if (!why)
        return;
    text_add_char(text, '\n');
    text_add(text, what);
    text_add(text, why);
}

static void write_words(struct text *text, char *const *words, const struct program *program)
{
    char phrase[PATH_MAX + 128];
    program_describe(program, phrase, sizeof phrase);
    text_add_foreign(text, span_of(program->path));
    text_add(text, ": ");
    text_add_foreign(text, span_of(phrase));
    for (int method = 0; method < PROGRAM_METHODS; method++) {
        struct program_reach reach = program_reach(program, method);
        text_add(text, "\n  ");
        size_t line = text->used;
        text_add(text, program_method_name(method));
        text_pad(text, line, 11);
        text_add(text, reach.reached ? "yes  " : "no   ");
        text_add(text, reach.why);
    }
    enum program_method chosen = program_choose(program);
    text_add(text, chosen == PROGRAM_METHODS ? "\ntcpalive run cannot reach " : "\ntcpalive run takes ");
    text_add_foreign(text, span_of(chosen == PROGRAM_METHODS ? words[0] : program_method_name(chosen)));
    write_line(text, "left out: ", program_left_out(program));
    write_line(text, "not reached then: ", lost_behind(program, words + 1));
    text_add_char(text, '\n');
}

static void add_string(struct text *text, const char *key, const char *value)
{
    json_key(text, key);
    json_string(text, span_of(value));
}

static void add_if_any(struct text *text, const char *key, const char *value)
{
    if (!value)
        return;
    text_add_char(text, ',');
    add_string(text, key, value);
}

static void write_json(struct text *text, char *const *words, const struct program *program)
{
    char phrase[PATH_MAX + 128];
    enum program_method chosen = program_choose(program);
    program_describe(program, phrase, sizeof phrase);
    text_add_char(text, '{');
    add_string(text, "path", program->path);
    text_add_char(text, ',');
    add_string(text, "what", phrase);
    text_add_char(text, ',');
    json_key(text, "run");
    if (chosen == PROGRAM_METHODS)
        text_add(text, "null");
    else
        json_string(text, span_of(program_method_name(chosen)));
    add_if_any(text, "left_out", program_left_out(program));
    add_if_any(text, "lost", lost_behind(program, words + 1));
    for (int method = 0; method < PROGRAM_METHODS; method++) {
        struct program_reach reach = program_reach(program, method);
        text_add_char(text, ',');
        json_key(text, program_method_name(method));
        text_add_char(text, '{');
        json_key(text, "reached");
        text_add(text, reach.reached ? "true," : "false,");
        add_string(text, "why", reach.why);
        text_add_char(text, '}');
    }
    text_add_char(text, '}');
}

/* The exit code for one program and its arguments; the answer on stdout. `before` stands between it and the last. */
static int check(char *const *words, bool json, const char **before)
{
    static char buffer[ANSWER_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    struct program program;
    int error = program_read(words[0], &program);
    if (error) {
        say("program", program.object, strerror(error));
        return program_exit_code(error);
    }
    text_add(&text, *before);
    *before = json ? "," : "";
    if (json)
        write_json(&text, words, &program);
    else
        write_words(&text, words, &program);
    say_answer(&text);
    return program_choose(&program) == PROGRAM_METHODS ? EXIT_UNREACHED : EXIT_DONE;
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
