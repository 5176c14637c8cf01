/* arguments: what is a setting, an option, an operand; and what is said of anything else. */
#include "core/arguments.h"
#include "core/exit.h"
#include "core/help.h"
#include "unit.h"
#include <string.h>

static const struct option options[] = {
    {"--method", "auto|preload|both", ""}, {"--strict", "", ""}, {"--port", "PORT", ""}};
static const struct command with_settings = {.name = "run",
                                             .operands = "PROGRAM",
                                             .what = "",
                                             .more = "",
                                             .settings = true,
                                             .options = options,
                                             .option_count = COUNT_OF(options),
                                             .example = {"", ""}};
static const struct command without = {.name = "list", .options = options, .option_count = COUNT_OF(options)};

enum { WORDS = 8 };

/* All of a command line as `option=value`, `value` for an operand, the line of what is wrong, `help`. */
static const char *taken(const struct command *command, const char *const words[WORDS])
{
    char *copy[WORDS + 1] = {(char *)(uintptr_t) "run"};
    int count = 1;
    for (; count <= WORDS && words[count - 1]; count++)
        copy[count] = (char *)(uintptr_t)words[count - 1];
    struct arguments arguments = arguments_of(command, count, copy);
    struct text text = scratch();
    while (true) {
        struct text line = scratch();
        enum argument got = arguments_next(&arguments, &line);
        if (got == ARGUMENT_END)
            break;
        text_add(&text, text.used ? " " : "");
        text_add(&text, got == ARGUMENT_OPTION ? command->options[arguments.option].name + 2 : "");
        text_add(&text, got == ARGUMENT_OPTION ? "=" : "");
        text_add(&text, got == ARGUMENT_WRONG ? line.at : got == ARGUMENT_HELP ? "help" : arguments.value);
        if (got == ARGUMENT_WRONG || got == ARGUMENT_HELP)
            break;
        assert_true(got != ARGUMENT_OPERAND || arguments.value == copy[arguments.at - 1]);
    }
    for (enum setting_id id = 0; id < SETTING_COUNT; id++)
        if (arguments.flags.text[id]) {
            text_add(&text, " | ");
            text_add(&text, arguments.flags.text[id]);
        }
    return text.at;
}

static void every_word_finds_its_place(void **state)
{
    static const struct {
        const char *words[WORDS], *taken;
    } rows[] = {
        {{NULL}, ""},
        {{"a", "b"}, "a b"},
        {{"--strict", "a", "--strict"}, "strict= a strict="},
        {{"--strict", "--", "--strict", "-x", "--"}, "strict= --strict -x --"},
        {{"--method", "both", "--method=auto"}, "method=both method=auto"},
        {{"--port", "80", "--port=81"}, "port=80 port=81"},
        {{"--idle", "5s", "a", "--probes=3"}, "a | 5s | 3"},
        {{"--idle", "5s", "--idle=6s"}, " | 6s"},
        {{"--help"}, "help"},
        {{"-h"}, "help"},
        {{"--strict", "--help", "x"}, "strict= help"},
        {{"--", "--help"}, "--help"},
        {{"--port", "--strict"}, "port=--strict"},
        {{"--strict=1"}, "tcpalive: --strict: takes no value\n"},
        {{"--port"}, "tcpalive: run '--port': needs a value\n"},
        {{"--port="}, "tcpalive: run '--port': needs a value\n"},
        {{"--idle"}, "tcpalive: run '--idle': needs a value\n"},
        {{"--idle="}, "tcpalive: run '--idle=': needs a value\n"},
        {{"--idel", "5s"}, "tcpalive: run '--idel': no such option; did you mean --idle?\n"},
        {{"--surv=5s"}, "tcpalive: run '--surv=5s': no such option; did you mean --survive?\n"},
        {{"-strict"}, "tcpalive: run '-strict': no such option; did you mean --strict?\n"},
        {{"--hepl"}, "tcpalive: run '--hepl': no such option; did you mean --help?\n"},
        {{"-x"}, "tcpalive: run '-x': no such option\n"},
        {{"-"}, "tcpalive: run '-': no such option\n"},
        {{"--method", "bth"}, "tcpalive: --method 'bth': must be auto, preload or both; did you mean both?\n"},
        {{"--method=x"}, "tcpalive: --method 'x': must be auto, preload or both\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(taken(&with_settings, rows[i].words), rows[i].taken);
    assert_string_equal(taken(&without, (const char *const[WORDS]){"--idle", "5s"}),
                        "tcpalive: list '--idle': no such option\n");
}

static void several_rules_are_one_list(void **state)
{
    char *words[] = {(char *)(uintptr_t) "run", (char *)(uintptr_t) "--rules", (char *)(uintptr_t) "any * off",
                     (char *)(uintptr_t) "--rules=any *:5 off"};
    (void)state;
    struct arguments arguments = arguments_of(&with_settings, COUNT_OF(words), words);
    struct text line = scratch();
    assert_int_equal(arguments_next(&arguments, &line), ARGUMENT_END);
    assert_int_equal(arguments.flags.rules_count, 2);
    assert_string_equal(arguments.flags.rules[0], "any * off");
    assert_string_equal(arguments.flags.rules[1], "any *:5 off");
    char *many[FLAGS_RULES_MAX + 2] = {words[0]};
    for (size_t i = 1; i < COUNT_OF(many); i++)
        many[i] = words[3];
    arguments = arguments_of(&with_settings, COUNT_OF(many), many);
    assert_int_equal(arguments_next(&arguments, &line), ARGUMENT_WRONG);
    assert_string_equal(line.at, "tcpalive: run '--rules=any *:5 off': is there too often\n");
}

static char said[128], answered[HELP_SIZE];

static void say(const char *line)
{
    strcpy(said, line);
}

static int answer(const struct text *text)
{
    strcpy(answered, text->at);
    return EXIT_DONE;
}

static enum argument take_one(const char *word, int *result)
{
    char copy[32], *words[] = {"run", copy};
    struct arguments arguments = arguments_of(&with_settings, COUNT_OF(words), words);
    strcpy(copy, word);
    arguments.say_line = say;
    arguments.say_answer = answer;
    *result = GO_ON;
    *said = *answered = '\0';
    return arguments_take(&arguments, result);
}

static void what_is_wrong_is_said_and_help_is_answered(void **state)
{
    int result;
    (void)state;
    assert_int_equal(take_one("--wrong", &result), ARGUMENT_END);
    assert_int_equal(result, EXIT_OURS);
    assert_true(strncmp(said, "tcpalive: run '--wrong': no such option", 39) == 0);
    assert_string_equal(answered, "");
    assert_int_equal(take_one("--help", &result), ARGUMENT_END);
    assert_int_equal(result, EXIT_DONE);
    assert_non_null(strstr(answered, "tcpalive run"));
    assert_string_equal(said, "");
    assert_int_equal(take_one("./server", &result), ARGUMENT_OPERAND);
    assert_int_equal(result, GO_ON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_finds_its_place),
        cmocka_unit_test(several_rules_are_one_list),
        cmocka_unit_test(what_is_wrong_is_said_and_help_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
