/*
 * rules_file: what a file of rules holds.
 *
 * Used by the command for --rules @PATH and by the library for a TCPALIVE_RULES that no command has read.
 */
#ifndef WINHOOK_RULES_FILE_H
#define WINHOOK_RULES_FILE_H

#include "core/text.h"
#include <windows.h>

/* Bytes of a list of rules with its end: as long as one variable may be (Microsoft: SetEnvironmentVariable). */
enum { RULES_FILE_ROOM = 32767 };

/*
 * Adds the text of a regular file, without the mark of UTF-8 that some editors write in front. False with why not, and
 * the system's error or 0.
 */
bool rules_file_add(struct text *text, const char *path, const char **why, DWORD *error);

#endif
