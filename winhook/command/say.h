/*
 * say: the one place where the command writes a message for people, and whole answers.
 *
 * A message is one line on stderr in the shape of core's text_complain(), in UTF-8, or the
 * characters themselves where that is a console.
 */
#ifndef WINHOOK_COMMAND_SAY_H
#define WINHOOK_COMMAND_SAY_H

#include "core/exit.h"
#include "core/text.h"

/* `tcpalive: WHAT 'OBJECT': WHY`. No quotes when `object` is NULL. */
void say(const char *what, const char *object, const char *why);

/* The same, WHY followed by the system's sentence and number for the error unless that is 0; NULL: those alone. */
void say_error(const char *what, const char *object, const char *why, unsigned long error);

/* For a usage error; returns EXIT_OURS. */
int say_usage(const char *what, const char *object, const char *why);

/* A line that core has finished. */
void say_line(const char *line);

/* A piece of an answer, on stdout; false when it or an earlier one could not be written. */
bool say_out(const char *text, size_t length);
bool say_flush(void);

/* An answer, on stdout. EXIT_DONE; whether it could be written is asked when the command ends. */
int say_answer(const struct text *answer);

/* What the command ends with: `result`, or EXIT_OURS after one line when its output could not be written. */
int say_finish(int result);

#endif
