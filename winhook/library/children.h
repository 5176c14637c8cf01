/*
 * children: which child processes get the library, and the environment that one needs for it.
 *
 * Used by follow before each CreateProcess. It starts nothing.
 */
#ifndef WINHOOK_CHILDREN_H
#define WINHOOK_CHILDREN_H

#include <windows.h>
#include <stdbool.h>

/*
 * For an environment as CreateProcess takes it: NULL, or a block of ANSI or wide text. When the child needs
 * another one than that, `made` is a wide block to use instead and to free with VirtualFree; else NULL.
 */
bool children_wanted(bool wide, const void *environment, void **made);

#endif
