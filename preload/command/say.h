/*
 * say: the one place where the command writes a message for people, and whole answers.
 */
#ifndef PRELOAD_COMMAND_SAY_H
#define PRELOAD_COMMAND_SAY_H

#include "core/exit.h"
#include "core/text.h"

/* `tcpalive: WHAT 'OBJECT': WHY` and a newline on stderr, in one write. No quotes when `object` is NULL. */
void say(const char *what, const char *object, const char *why);

/* A line that core has finished. */
void say_line(const char *line);

/* Like say(), of wrong usage or a refusal. Returns EXIT_OURS. */
static inline int say_usage(const char *what, const char *object, const char *why)
{
    say(what, object, why);
    return EXIT_OURS;
}

/* Like say(), of what the system refused: `error` is an errno. Returns EXIT_OURS. */
int say_error(const char *what, const char *object, int error);

/* An answer, on stdout. EXIT_DONE; whether it could be written is asked when the command ends. */
int say_answer(const struct text *answer);

#endif
