/*
 * shell_text: what a shell's words do to LD_PRELOAD, as far as a look at them tells.
 *
 * It knows quotes and what ends a command, and expands nothing. Used by launcher for scripts and for `sh -c`.
 */
#ifndef PRELOAD_PROGRAM_SHELL_TEXT_H
#define PRELOAD_PROGRAM_SHELL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Does the value that somebody gives to LD_PRELOAD keep what was in it, or name our library? */
bool shell_text_keeps(const char *value, size_t length);

/* Does some line assign LD_PRELOAD and keep nothing of what was there? */
bool shell_text_assigns(const char *text, size_t length);

/*
 * Calls `each` with the words of each command, ended by NULL, until it returns true; with `exec_only` of those that the
 * shell becomes. The text is cut into words on the way. Returns whether some call did.
 */
bool shell_text_commands(char *text, bool exec_only, bool (*each)(void *context, char *const *words), void *context);

#endif
