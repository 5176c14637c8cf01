/*
 * program: where a program's file is, as the command interpreter finds it, and the line that a batch file is started
 * with.
 *
 * Used by run and check. It starts nothing.
 */
#ifndef WINHOOK_COMMAND_PROGRAM_H
#define WINHOOK_COMMAND_PROGRAM_H

#include <windows.h>
#include <stdbool.h>

/*
 * In the current folder and along PATH, in each as it is named, then with each ending of PATHEXT that the system starts
 * by itself or through cmd.exe; at last where CreateProcess looks. False when there is none.
 */
bool program_find(const char *name, WCHAR *path, DWORD room);

/* Is it for the command interpreter? */
bool program_is_batch(const WCHAR *path);

enum { PROGRAM_LINE = 32768 }; /* CreateProcess takes no longer line */

/* Why a batch file cannot be started with these arguments; NULL when `interpreter` and `line` are ready. */
const char *program_batch_line(const WCHAR *script, const WCHAR *typed, char *const *arguments,
                               WCHAR interpreter[MAX_PATH], WCHAR line[PROGRAM_LINE]);

#endif
