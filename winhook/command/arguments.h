/*
 * arguments: the command line, split, and the options that one command alone has.
 *
 * Texts are UTF-8. Beside core's flags, which knows the settings.
 */
#ifndef WINHOOK_COMMAND_ARGUMENTS_H
#define WINHOOK_COMMAND_ARGUMENTS_H

#include <windows.h>
#include <stdbool.h>

/* Each argument by itself, and where it begins in the line as it was typed. */
struct arguments {
    int count;
    char **text;         /* unquoted as the C run-time does, NULL-terminated */
    const WCHAR **typed; /* the rest of the line from this argument on */
};

/* Splits a line (Microsoft: Parsing C command-line arguments). Ends the program when there is no memory. */
struct arguments arguments_of(const WCHAR *line);

/* `--name VALUE` or `--name=VALUE` at *at: takes it; `*value` is "" when it is missing. */
bool take_value(const struct arguments *arguments, int *at, const char *name, const char **value);

#endif
