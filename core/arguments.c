#include "arguments.h"
#include "exit.h"
#include "help.h"
#include "nearest.h"

struct arguments arguments_of(const struct command *command, int count, char *const *word)
{
    return (struct arguments){.command = command, .count = count, .word = word, .at = 1, .value = ""};
}

static enum argument wrong(struct text *line, const char *what, const char *object, const char *why)
{
    text_complain(line, what, object, why);
    return ARGUMENT_WRONG;
}

static struct span name_of(const char *word)
{
    struct span name = {word, 0};
    while (word[name.length] && word[name.length] != '=')
        name.length++;
    return name;
}

static enum argument unknown(const struct arguments *arguments, struct text *line)
{
    const struct command *command = arguments->command;
    const char *word = arguments->word[arguments->at];
    struct span name = name_of(word);
    char why[96], flag[SETTING_NAME_SIZE];
    struct text text = text_in(why, sizeof why);
    while (name.length && *name.at == '-') {
        name.at++;
        name.length--;
    }
    struct nearest nearest = nearest_to(name);
    for (size_t i = 0; i < command->option_count; i++)
        nearest_offer(&nearest, command->options[i].name + 2);
    for (enum setting_id id = 0; command->settings && id < SETTING_ENABLED; id++) {
        setting_flag(id, flag);
        nearest_offer(&nearest, flag + 2);
    }
    nearest_offer(&nearest, "help");
    text_add(&text, "no such option");
    nearest_add(&text, &nearest, "--");
    return wrong(line, command->name, word, why);
}

static enum argument refuse_choice(const struct option *option, const char *value, struct text *line)
{
    char why[200], word[NEAREST_SIZE];
    struct text text = text_in(why, sizeof why);
    struct nearest nearest = nearest_to(span_of(value));
    for (struct span rest = span_of(option->argument); rest.length;) {
        struct text one = text_in(word, sizeof word);
        text_add_span(&one, span_cut(&rest, '|'));
        nearest_offer(&nearest, word);
    }
    text_add(&text, "must be ");
    command_write_choice(&text, option->argument);
    nearest_add(&text, &nearest, "");
    return wrong(line, option->name, value, why);
}

static enum argument take_option(struct arguments *arguments, const struct option *option, struct text *line)
{
    const char *word = arguments->word[arguments->at++];
    size_t length = span_of(option->name).length;
    bool inside = word[length] == '=';
    arguments->value = "";
    if (!*option->argument)
        return inside ? wrong(line, option->name, NULL, "takes no value") : ARGUMENT_OPTION;
    if (inside)
        arguments->value = word + length + 1;
    else if (arguments->at < arguments->count)
        arguments->value = arguments->word[arguments->at++];
    if (!*arguments->value)
        return wrong(line, arguments->command->name, option->name, "needs a value");
    arguments->choice = command_choice(option->argument, span_of(arguments->value));
    return arguments->choice < 0 ? refuse_choice(option, arguments->value, line) : ARGUMENT_OPTION;
}

static enum argument take_flag(struct arguments *arguments, struct text *line)
{
    const struct command *command = arguments->command;
    const char *word = arguments->word[arguments->at];
    struct span name = name_of(word);
    if (span_equals(name, "--help") || span_equals(name, "-h"))
        return ARGUMENT_HELP;
    for (size_t i = 0; i < command->option_count; i++)
        if (span_equals(name, command->options[i].name)) {
            arguments->option = (int)i;
            return take_option(arguments, &command->options[i], line);
        }
    enum flags_result result = FLAGS_OTHER;
    if (command->settings)
        result = flags_take(&arguments->flags, arguments->count, arguments->word, &arguments->at);
    if (result == FLAGS_NEEDS_VALUE)
        return wrong(line, command->name, word, "needs a value");
    if (result == FLAGS_TOO_MANY)
        return wrong(line, command->name, word, "is there too often");
    return result == FLAGS_TAKEN ? ARGUMENT_END : unknown(arguments, line);
}

enum argument arguments_next(struct arguments *arguments, struct text *line)
{
    enum argument got = ARGUMENT_END;
    while (got == ARGUMENT_END && arguments->at < arguments->count) {
        const char *word = arguments->word[arguments->at];
        if (arguments->operands || word[0] != '-') {
            arguments->value = word;
            arguments->at++;
            return ARGUMENT_OPERAND;
        }
        if (span_equals(span_of(word), "--")) {
            arguments->operands = true;
            arguments->at++;
        } else {
            got = take_flag(arguments, line);
        }
    }
    return got;
}

enum argument arguments_take(struct arguments *arguments, int *result)
{
    char buffer[HELP_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    enum argument got = arguments_next(arguments, &text);
    if (got == ARGUMENT_WRONG) {
        arguments->say_line(buffer);
        *result = EXIT_OURS;
    } else if (got == ARGUMENT_HELP) {
        help_write_command(&text, arguments->command);
        *result = arguments->say_answer(&text);
    }
    return got == ARGUMENT_OPTION || got == ARGUMENT_OPERAND ? got : ARGUMENT_END;
}
