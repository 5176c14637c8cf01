/*
 * command_line: the line that this process was started with, split as the C run-time does it.
 */
#ifndef WINHOOK_COMMAND_COMMAND_LINE_H
#define WINHOOK_COMMAND_COMMAND_LINE_H

#include <windows.h>

/* Each argument by itself, and where it begins in the line as it was typed. */
struct command_line {
    int count;
    char **text;         /* UTF-8, NULL-terminated */
    const WCHAR **typed; /* the rest of the line from this argument on */
};

/* Splits a line (Microsoft: Parsing C command-line arguments). Ends the program when there is no memory. */
struct command_line command_line_of(const WCHAR *line);

#endif
