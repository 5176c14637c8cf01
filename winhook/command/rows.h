/*
 * rows: the TCP sockets of other processes and their values, one row for each handle.
 *
 * Used by list. A handle is duplicated into this process, read and closed again; nothing of the other process changes.
 */
#ifndef WINHOOK_COMMAND_ROWS_H
#define WINHOOK_COMMAND_ROWS_H

#include "core/listing.h"
#include <windows.h>

/* Calls visit for each TCP socket of the process. 0, or a system error. */
DWORD rows_each(DWORD pid, void (*visit)(const struct listing_row *row, void *context), void *context);

#endif
