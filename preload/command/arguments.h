/*
 * arguments: core's arguments for the commands of Linux, which say what is wrong on stderr.
 */
#ifndef PRELOAD_COMMAND_ARGUMENTS_H
#define PRELOAD_COMMAND_ARGUMENTS_H

#include "core/arguments.h"
#include "preload/command/commands.h"
#include "preload/command/say.h"

static inline struct arguments arguments_begin(enum command_id command, int argc, char **argv)
{
    struct arguments arguments = arguments_of(&commands[command], argc, argv);
    arguments.say_line = say_line;
    arguments.say_answer = say_answer;
    return arguments;
}

#endif
