/*
 * long_path: paths longer than MAX_PATH for functions that take them in one form only (Microsoft: Maximum Path Length
 * Limitation).
 *
 * A program that does not say of itself that it is aware of them has to mark such a path; one whose manifest says it
 * may as well.
 */
#ifndef WINHOOK_LONG_PATH_H
#define WINHOOK_LONG_PATH_H

#include <windows.h>
#include <stddef.h>

/* Characters of the longest path that is handled, with its end. */
enum { LONG_PATH = 1024 };

/* Marks a whole path of `C:\` or `\\server\` that is too long otherwise; leaves others, and what has no room for it. */
void long_path_mark(WCHAR path[LONG_PATH]);

#endif
