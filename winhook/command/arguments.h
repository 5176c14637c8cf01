/*
 * arguments: core's arguments for the commands of Windows, which say what is wrong on stderr.
 */
#ifndef WINHOOK_COMMAND_ARGUMENTS_H
#define WINHOOK_COMMAND_ARGUMENTS_H

#include "command_line.h"
#include "commands.h"
#include "core/arguments.h"
#include "say.h"

/* Those behind the command's name, which is the line's second word. */
static inline struct arguments arguments_begin(enum command_id command, const struct command_line *line)
{
    struct arguments arguments = arguments_of(&commands[command], line->count - 1, line->text + 1);
    arguments.say_line = say_line;
    arguments.say_answer = say_answer;
    return arguments;
}

#endif
