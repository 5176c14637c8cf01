/*
 * row: what one TCP socket tells of itself, as list and attach show it.
 *
 * Used by list on copies of other processes' handles, and by the library on its own process's. It changes nothing.
 */
#ifndef WINHOOK_ROW_H
#define WINHOOK_ROW_H

#include "core/listing.h"
#include <winsock2.h>

/* False when it is no TCP socket. Process, handle and program are left untold. */
bool row_read(SOCKET s, struct listing_row *row);

#endif
