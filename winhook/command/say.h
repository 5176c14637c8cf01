/*
 * say: the one place where the command's modules write a message for people, and the exit codes of our own.
 *
 * It only writes to stderr: one line in the shape of core's text_complain(), in UTF-8.
 */
#ifndef WINHOOK_COMMAND_SAY_H
#define WINHOOK_COMMAND_SAY_H

/* Anything else is the program's. */
enum { EXIT_DONE = 0, EXIT_UNREACHED = 1, EXIT_OWN = 125, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };

/* `tcpalive: WHAT 'OBJECT': WHY`. No quotes when `object` is NULL. */
void say(const char *what, const char *object, const char *why);

/* The same, WHY followed by the system's sentence and number for the error unless that is 0; NULL: those alone. */
void say_error(const char *what, const char *object, const char *why, unsigned long error);

/* For a usage error; returns EXIT_OWN. */
int say_usage(const char *what, const char *object, const char *why);

#endif
