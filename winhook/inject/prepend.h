/*
 * prepend: a library at the head of a program's import table.
 *
 * Used by inject on a process that was made suspended and has not run. New import descriptors, the library's
 * own before copies of the old ones, are written above the program's image and its headers are pointed at
 * them; the library puts the headers back as soon as it is loaded, so that nothing that looks at them later
 * sees a difference.
 */
#ifndef WINHOOK_INJECT_PREPEND_H
#define WINHOOK_INJECT_PREPEND_H

#include "inject.h"

/* INJECT_NEEDS_THREAD where it is not the way: .NET, whose loader does not read imports; a path that the ANSI
 * code page lacks. */
enum inject_status prepend_import(HANDLE process, const WCHAR *library);

/* In the library: false when this program was not started by prepend_import. */
bool prepend_restore(void);

#endif
