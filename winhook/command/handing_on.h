/*
 * handing_on: the settings of this process's environment for another process.
 */
#ifndef WINHOOK_COMMAND_HANDING_ON_H
#define WINHOOK_COMMAND_HANDING_ON_H

#include <stddef.h>

enum { HANDING_ON_SIZE = 65536 };

/* Our settings, and nothing else of our environment, as a block (environment.h). 0 when they are too long. */
size_t handing_on(char buffer[HANDING_ON_SIZE]);

#endif
