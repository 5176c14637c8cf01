#include "command.h"

const struct command *command_find(const struct command *commands, size_t count, struct span name)
{
    for (size_t i = 0; i < count; i++)
        if (span_equals(name, commands[i].name))
            return &commands[i];
    return NULL;
}

static bool is_choice(const char *argument)
{
    return *argument >= 'a' && *argument <= 'z';
}

int command_choice(const char *argument, struct span value)
{
    struct span rest = span_of(argument);
    if (!is_choice(argument))
        return 0;
    for (int position = 0; rest.length; position++) {
        if (span_same(span_cut(&rest, '|'), value))
            return position;
    }
    return -1;
}

void command_write_choice(struct text *text, const char *argument)
{
    struct span rest = span_of(argument);
    for (const char *between = ""; rest.length; between = ", ") {
        struct span word = span_cut(&rest, '|');
        text_add(text, !*between || rest.length ? between : " or ");
        text_add_span(text, word);
    }
}
