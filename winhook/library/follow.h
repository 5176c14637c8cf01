/*
 * follow: the library for the children of a program that has it.
 *
 * Installed once by start. A child is given the library when its environment names TCPALIVE, which `tcpalive run` sets,
 * and is not `off`; with the setting FOLLOW also when it was started with an environment that lost it, which then gets
 * all TCPALIVE_ variables back. A child that cannot be reached runs as it would without us.
 */
#ifndef WINHOOK_FOLLOW_H
#define WINHOOK_FOLLOW_H

#include "patch.h"

enum patch_status follow_install(void);

#endif
