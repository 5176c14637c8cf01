/*
 * say: the one place where the command writes a message for people. It only writes to stderr.
 */
#ifndef PRELOAD_COMMAND_SAY_H
#define PRELOAD_COMMAND_SAY_H

#include "core/exit.h"

/* `tcpalive: WHAT 'OBJECT': WHY` and a newline on stderr, in one write. No quotes when `object` is NULL. */
void say(const char *what, const char *object, const char *why);

/* A line that core has finished. */
void say_line(const char *line);

/* The same, of wrong usage or a refusal. Returns EXIT_OURS. */
int say_usage(const char *what, const char *object, const char *why);

/* The same, of what the system refused: `error` is an errno. Returns EXIT_OURS. */
int say_error(const char *what, const char *object, int error);

#endif
