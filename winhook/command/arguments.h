/*
 * arguments: core's arguments for the commands of Windows: what is wrong is said, --help is answered.
 */
#ifndef WINHOOK_COMMAND_ARGUMENTS_H
#define WINHOOK_COMMAND_ARGUMENTS_H

#include "command_line.h"
#include "commands.h"
#include "core/arguments.h"

/* Those behind the command's name, which is the line's second word. */
struct arguments arguments_begin(enum command_id command, const struct command_line *line);

/* No exit code: the command goes on. */
enum { GO_ON = -1 };

/*
 * The next option or operand, settings being taken in passing. ARGUMENT_END also when the command must end at
 * once, with `*result` as its exit code: EXIT_OURS after what is wrong was said, EXIT_DONE after help. Else
 * `*result` is left alone.
 */
enum argument arguments_take(struct arguments *arguments, int *result);

#endif
