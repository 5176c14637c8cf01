/*
 * handles: which handles of a process may be sockets.
 *
 * Used by the library's sweep on its own process and by list on others. The system tells the handles that there are,
 * with their type and rights, without asking the files behind them. Values are not tried: a program may have asked the
 * system to be ended at the first wrong one (Microsoft: PROCESS_MITIGATION_STRICT_HANDLE_CHECK_POLICY).
 */
#ifndef WINHOOK_HANDLES_H
#define WINHOOK_HANDLES_H

#include <windows.h>
#include <stdbool.h>

/*
 * Calls visit for each handle of type File that is open for reading and writing: sockets are, and consoles, and pipes
 * with two ways. The process handle needs PROCESS_QUERY_INFORMATION. False when the system does not tell.
 */
bool handles_each(HANDLE process, void (*visit)(HANDLE handle, void *context), void *context);

#endif
