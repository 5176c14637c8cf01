/*
 * arguments: core's arguments for the commands of Linux: what is wrong is said, --help is answered.
 */
#ifndef PRELOAD_COMMAND_ARGUMENTS_H
#define PRELOAD_COMMAND_ARGUMENTS_H

#include "core/arguments.h"
#include "preload/command/commands.h"

struct arguments arguments_begin(enum command_id command, int argc, char **argv);

/* No exit code: the command goes on. */
enum { GO_ON = -1 };

/*
 * The next option or operand, settings being taken in passing. ARGUMENT_END also when the command must end at
 * once, with `*result` as its exit code: EXIT_OURS after what is wrong was said, EXIT_DONE after help. Else
 * `*result` is left alone.
 */
enum argument arguments_take(struct arguments *arguments, int *result);

#endif
