/*
 * console: text for a person at a console, whatever code page it has.
 *
 * Used by the command and by the library's log. A console takes bytes in a code page that is rarely UTF-8,
 * and characters always.
 */
#ifndef WINHOOK_CONSOLE_H
#define WINHOOK_CONSOLE_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

bool console_is_one(HANDLE handle);

/* Writes UTF-8 to a console; false when it does not take it. */
bool console_write(HANDLE console, const char *text, size_t length);

#endif
