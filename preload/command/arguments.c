#include "preload/command/arguments.h"
#include "core/help.h"
#include "preload/command/say.h"

struct arguments arguments_begin(enum command_id command, int argc, char **argv)
{
    return arguments_of(&commands[command], argc, argv);
}

enum argument arguments_take(struct arguments *arguments, int *result)
{
    char buffer[HELP_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    enum argument got = arguments_next(arguments, &text);
    if (got == ARGUMENT_WRONG) {
        say_line(buffer);
        *result = EXIT_OURS;
    } else if (got == ARGUMENT_HELP) {
        help_write_command(&text, arguments->command);
        *result = say_answer(&text);
    }
    return got == ARGUMENT_OPTION || got == ARGUMENT_OPERAND ? got : ARGUMENT_END;
}
