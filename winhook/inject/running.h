/*
 * running: the library for a process of this word size that runs: a thread there loads it, another starts it.
 *
 * Used by inject for programs whose import table is not the way in, and by attach.
 */
#ifndef WINHOOK_INJECT_RUNNING_H
#define WINHOOK_INJECT_RUNNING_H

#include "status.h"
#include <windows.h>
#include <stddef.h>

enum { INJECT_WAIT_MS = 30000 };

/*
 * `settings` is a block (environment.h) of that size in bytes, copied there for ever, or NULL for the process's own
 * environment. The handle needs PROCESS_CREATE_THREAD, _QUERY_INFORMATION and _VM_*.
 */
enum inject_status inject_running(HANDLE process, const char *settings, size_t size);

/* The same for one that was just resumed, once its loader has begun; how long that may take, in milliseconds. */
enum inject_status inject_started(HANDLE process, DWORD wait_ms);

#endif
