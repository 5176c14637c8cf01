/*
 * beside: where tcpalive's own files lie, for either word size.
 *
 * Those of the other word size are in the folder beside ours: `x86_64` and `i686`.
 */
#ifndef WINHOOK_INJECT_BESIDE_H
#define WINHOOK_INJECT_BESIDE_H

#include "winhook/long_path.h"
#include <stdbool.h>

/* `name` in the folder for a word size, beside the module that this code is in. False when there is no such file. */
bool inject_beside(bool wide, const WCHAR *name, WCHAR path[LONG_PATH]);

#endif
