/*
 * modules: what is loaded in a process.
 *
 * Used by patch on its own process and by remote on another one.
 */
#ifndef WINHOOK_MODULES_H
#define WINHOOK_MODULES_H

#include <windows.h>

/*
 * All modules of a process of our word size, in memory to be freed with VirtualFree; 0 when the list cannot be had:
 * GetLastError(). It is out of date as soon as another thread loads or unloads one.
 */
DWORD modules_of(HANDLE process, HMODULE **modules);

#endif
