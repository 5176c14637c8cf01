#include "help.h"
#include "nearest.h"

enum { COLUMNS = 80, SETTING_COLUMN = 37, OPTION_COLUMN = 27, COMMAND_COLUMN = 12 };

static const struct {
    const char *argument, *help;
} rows[SETTING_COUNT] = {
#define X(id, suffix, kind, low, high, fallback, argument, help) {argument, help},
    SETTINGS(X)
#undef X
};

/* Pads to where the text of the row begins, in a line of its own when the name is too long. */
static void tabulate(struct text *text, size_t line, size_t column)
{
    if (text->used - line + 1 >= column) {
        text_add_char(text, '\n');
        line = text->used;
    }
    text_pad(text, line, column);
}

/* Alternatives as the table has them, but for the system's own log. */
static void add_argument(struct text *text, const char *argument, const char *system_log)
{
    for (struct span rest = span_of(argument); rest.length;) {
        struct span word = span_cut(&rest, '|');
        text_add_span(text, span_equals(word, "syslog") ? span_of(system_log) : word);
        text_add(text, rest.length ? "|" : "");
    }
}

void help_write_settings(struct text *text, const char *system_log)
{
    char name[SETTING_NAME_SIZE];
    text_add(text, "Each flag is also a variable, --user-timeout is TCPALIVE_USER_TIMEOUT; the flag\nwins.\n\n");
    for (enum setting_id id = 0; id < SETTING_ENABLED; id++) {
        size_t line = text->used;
        setting_flag(id, name);
        text_add(text, "  ");
        text_add(text, name);
        text_add_char(text, ' ');
        add_argument(text, rows[id].argument, system_log);
        tabulate(text, line, SETTING_COLUMN);
        text_add(text, rows[id].help);
        if (*settings[id].fallback) {
            text_add(text, " [");
            text_add(text, settings[id].fallback);
            text_add(text, "]");
        }
        text_add_char(text, '\n');
    }
    text_add(text, "\nDurations: 90s, 1h30m, 500ms; a bare number is seconds. 'system' leaves an\n"
                   "option as the system sets it. tcpalive explain lists the names for --survive.\n");
}

/* One more word in a line of at most COLUMNS. */
static void add_word(struct text *text, size_t *line, size_t indent, const char *word, const char *more)
{
    size_t length = span_of(word).length + span_of(more).length + (*more != '\0');
    if (text->used - *line + 1 + length >= COLUMNS) {
        text_add_char(text, '\n');
        *line = text->used;
        text_pad(text, *line, indent);
    } else if (text->used > *line) {
        text_add_char(text, ' ');
    }
    text_add(text, word);
    text_add(text, *more ? " " : "");
    text_add(text, more);
}

static void write_synopsis(struct text *text, const struct command *command)
{
    size_t line = text->used;
    text_add(text, "Usage: tcpalive ");
    text_add(text, command->name);
    size_t indent = text->used - line + 1;
    if (command->settings)
        add_word(text, &line, indent, "[settings]", "");
    for (size_t i = 0; i < command->option_count; i++) {
        char word[96];
        struct text one = text_in(word, sizeof word);
        text_add_char(&one, '[');
        text_add(&one, command->options[i].name);
        text_add(&one, *command->options[i].argument ? " " : "");
        text_add(&one, command->options[i].argument);
        text_add_char(&one, ']');
        add_word(text, &line, indent, word, "");
    }
    if (*command->operands)
        add_word(text, &line, indent, command->operands, "");
    text_add_char(text, '\n');
}

static void write_options(struct text *text, const struct command *command)
{
    text_add_char(text, '\n');
    for (size_t i = 0; i < command->option_count; i++) {
        size_t line = text->used;
        text_add(text, "  ");
        text_add(text, command->options[i].name);
        text_add(text, *command->options[i].argument ? " " : "");
        text_add(text, command->options[i].argument);
        tabulate(text, line, OPTION_COLUMN);
        text_add(text, command->options[i].help);
        text_add_char(text, '\n');
    }
    if (command->settings)
        text_add(text, "  [settings]               --idle, --survive and more: tcpalive help settings\n");
}

void help_write_command(struct text *text, const struct command *command)
{
    write_synopsis(text, command);
    text_add_char(text, '\n');
    text_add(text, command->what);
    text_add(text, ".\n");
    text_add(text, command->more);
    text_add(text, *command->more ? "\n" : "");
    if (command->option_count || command->settings)
        write_options(text, command);
    text_add(text, "\nExamples:\n");
    for (size_t i = 0; i < sizeof command->example / sizeof *command->example; i++) {
        text_add(text, "  tcpalive ");
        text_add(text, command->example[i]);
        text_add_char(text, '\n');
    }
}

void help_write(struct text *text, const struct command *commands, size_t count)
{
    text_add(text, "tcpalive keeps the TCP connections of unmodified programs alive and notices\ndead peers.\n\n");
    for (size_t i = 0; i < count; i++) {
        size_t line = text->used;
        text_add(text, "  ");
        text_add(text, commands[i].name);
        text_pad(text, line, COMMAND_COLUMN);
        text_add(text, commands[i].what);
        text_add_char(text, '\n');
    }
    text_add(text, "\ntcpalive help COMMAND    how it is called, with examples\n"
                   "tcpalive help settings   what --idle, --survive, --detect and the others mean\n"
                   "tcpalive --version       which tcpalive this is\n\n"
                   "Exit status: the program's; 125 tcpalive failed, 126 PROGRAM cannot be\n"
                   "executed, 127 it is not found.\n");
}

void help_write_usage(struct text *text, const struct command *commands, size_t count)
{
    size_t line = text->used;
    text_add(text, "Usage: tcpalive COMMAND [ARG...], and COMMAND is");
    for (size_t i = 0; i < count; i++)
        add_word(text, &line, 7, i + 1 == count && i ? "or" : commands[i].name,
                 i + 1 == count && i ? commands[i].name : "");
    text_add(text, ".\n       tcpalive help says what each does, tcpalive help COMMAND how.\n");
}

bool help_write_unknown(struct text *text, const struct command *commands, size_t count, const char *word)
{
    struct span name = span_of(word);
    struct nearest nearest = nearest_to(name);
    text_add(text, "must be ");
    for (size_t i = 0; i < count; i++) {
        nearest_offer(&nearest, commands[i].name);
        text_add(text, i == 0 ? "" : i + 1 == count ? " or " : ", ");
        text_add(text, commands[i].name);
    }
    nearest_offer(&nearest, "help");
    nearest_add(text, &nearest, "tcpalive ");
    return *nearest.name;
}

/* `tcpalive nginx`, `tcpalive --survive 350 nginx`: somebody forgot to say what to do with it. */
static bool refuse(struct text *text, const struct help_desk *desk, const char *word)
{
    char why[512];
    struct text because = text_in(why, sizeof why);
    struct span flag = span_of(word), rest = flag;
    bool near = help_write_unknown(&because, desk->commands, desk->count, word);
    flag = span_cut(&rest, '=');
    bool setting =
        span_starts(flag, "--") && setting_by_flag((struct span){flag.at + 2, flag.length - 2}) != SETTING_COUNT;
    if (setting || (!near && desk->is_program(word))) {
        text_add(&because, "; did you mean tcpalive run ");
        text_add_foreign(&because, span_of(word));
        text_add_char(&because, '?');
    }
    text_complain(text, "command", word, why);
    return false;
}

static bool is_word(const char *word, const char *flag, const char *letter, const char *plain)
{
    struct span span = span_of(word);
    return span_equals(span, flag) || span_equals(span, letter) || span_equals(span, plain);
}

static bool answer_about(struct text *text, const struct help_desk *desk, const char *topic)
{
    const struct command *command = command_find(desk->commands, desk->count, span_of(topic));
    if (command)
        help_write_command(text, command);
    else if (span_equals(span_of(topic), "settings"))
        help_write_settings(text, desk->system_log);
    else if (is_word(topic, "--help", "-h", "help"))
        help_write(text, desk->commands, desk->count);
    else
        return refuse(text, desk, topic);
    return true;
}

bool help_answer(struct text *text, const struct help_desk *desk, int argc, char *const *argv)
{
    if (argc < 2) {
        help_write_usage(text, desk->commands, desk->count);
        return false;
    }
    if (is_word(argv[1], "--version", "-V", "version")) {
        text_add(text, "tcpalive ");
        text_add(text, desk->version);
        text_add_char(text, '\n');
        return true;
    }
    if (!is_word(argv[1], "--help", "-h", "help"))
        return refuse(text, desk, argv[1]);
    return answer_about(text, desk, argc > 2 ? argv[2] : "help");
}
