/*
 * hooks: the Winsock calls that the library stands in for.
 *
 * Installed once by start. Each hook makes the real call with what it was given and returns what that
 * returned; connect and listen get their options before, everything else after success. Our own module's
 * imports are never patched: a plain call of socket() in this library is the real one.
 */
#ifndef WINHOOK_HOOKS_H
#define WINHOOK_HOOKS_H

#include "patch.h"

enum patch_status hooks_install(void);

#endif
