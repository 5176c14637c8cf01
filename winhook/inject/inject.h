/*
 * inject: brings the library into another process.
 *
 * Used by the commands run and attach, and by follow for the children of a program that has the library. Before a
 * program has run its first instruction the library is put at the head of its import table, so that the loader itself
 * loads it; no code is written. Where that cannot be (a path outside ASCII), and for attach and .NET once they run, a
 * thread in the process calls LoadLibraryW. A process of the other word size is reached through the tcpalive.exe of
 * that word size.
 */
#ifndef WINHOOK_INJECT_INJECT_H
#define WINHOOK_INJECT_INJECT_H

#include "status.h"
#include "winhook/attachment.h"
#include <windows.h>
#include <stdbool.h>

/*
 * For a process made with CREATE_SUSPENDED whose first thread was never resumed; the caller resumes it. The handle as
 * CreateProcess returned it. `loaded`: NULL, or an event that is set when the library is in it: the process may still
 * refuse it after INJECT_OK, and then ends before its first instruction. INJECT_AFTER_START: to be followed, once the
 * caller has resumed it, by inject_resumed(); or before that by inject_when_resumed(), which leaves that to a process
 * of its own.
 */
enum inject_status inject_new(HANDLE process, HANDLE loaded);
enum inject_status inject_resumed(HANDLE process);
enum inject_status inject_when_resumed(HANDLE process);

/* inject_new(), the event being a handle of that process already. */
enum inject_status inject_new_there(HANDLE process, HANDLE loaded);

/*
 * inject_running() for a process of the other word size, by the tcpalive.exe of that, under this environment's
 * settings. `section` is a file mapping that holds `asked`, whose handle is inherited.
 */
enum inject_status inject_by_helper(HANDLE process, HANDLE section, const struct attachment *asked);

/* Is the process of this word size? */
bool inject_same_size(HANDLE process);

#endif
