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

#include "status.h"
#include <windows.h>
#include <stdbool.h>

/*
 * `loaded`: NULL, or an event as a handle of that process, which the library sets when it is there.
 * INJECT_AFTER_START for .NET, whose programs have another loader; INJECT_NEEDS_THREAD where the library's path, or
 * an old header, is in the way.
 */
enum inject_status prepend_import(HANDLE process, const WCHAR *library, HANDLE loaded);

/* In the library: puts back the program's headers; false when this program was not started by prepend_import. */
bool prepend_restore(void);

#endif
