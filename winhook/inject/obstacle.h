/*
 * obstacle: what would keep the library out of a process, as far as it can be told before the process runs.
 *
 * Used by inject and check. A program that has the library among its imports does not start when it cannot be loaded:
 * so it is asked first.
 */
#ifndef WINHOOK_INJECT_OBSTACLE_H
#define WINHOOK_INJECT_OBSTACLE_H

#include "status.h"
#include <windows.h>
#include <stdbool.h>

/* Is the file a library for that word size, whole? INJECT_OK, or why not. */
enum inject_status obstacle_in_file(bool wide, const WCHAR *library);

/*
 * The same, and whether a process that was made suspended would load it: its user, and the policies that it was made
 * with (Microsoft: process mitigation policies). INJECT_OK where that cannot be told.
 */
enum inject_status obstacle_for(HANDLE process, bool wide, const WCHAR *library);

#endif
