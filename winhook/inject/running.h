/*
 * running: the library for a process of this word size that runs: a thread there loads it, another starts it.
 *
 * Used by inject for programs whose import table is not the way in, and by attach.
 */
#ifndef WINHOOK_INJECT_RUNNING_H
#define WINHOOK_INJECT_RUNNING_H

#include "status.h"
#include "winhook/attachment.h"
#include <windows.h>
#include <stddef.h>

/* The library's look at all that a process has may have to wait for many handles, half a second each. */
enum { INJECT_WAIT_MS = 30000, INJECT_LOOK_MS = 90000 };

/*
 * Does what `asked` says under `settings`, a block (environment.h) of that size in bytes, and fills in the answer. NULL
 * for both: the policy of the process's own environment. What only looks or takes back leaves nothing behind where the
 * library was not in the process. The handle needs PROCESS_CREATE_THREAD, _QUERY_INFORMATION and _VM_*.
 */
enum inject_status inject_running(HANDLE process, const char *settings, size_t size, struct attachment *asked);

/* The same for one that was just resumed, once its loader has begun; how long that may take, in milliseconds. */
enum inject_status inject_started(HANDLE process, DWORD wait_ms);

#endif
