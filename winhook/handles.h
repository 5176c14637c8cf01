/*
 * handles: sockets among the handles of a process.
 *
 * Used by the library's sweep on its own process and by list on others. A question to a file whose owner is
 * inside a blocking call waits for that call (Microsoft: NtQueryInformationFile, synchronous files): handles
 * are sorted out by their type and rights, which are told without asking the file. What is left is asked on a
 * thread of its own.
 */
#ifndef WINHOOK_HANDLES_H
#define WINHOOK_HANDLES_H

#include <winsock2.h>
#include <stdbool.h>

/* Handles are multiples of this, from it on. */
enum { HANDLES_STEP = 4 };

/* Up to which value the process may have handles; 0 when it does not tell. */
ULONG_PTR handles_limit(HANDLE process);

/* May this handle of our own process be a socket, by type and rights? It need not be valid. */
bool handles_may_be_socket(HANDLE handle);

/*
 * Is it a stream socket? Asked with SIOCATMARK, which exists for no other (Microsoft: Winsock IOCTLs) and
 * which Wine answers for inherited and duplicated sockets too, while its getsockopt does not. Needs
 * WSAStartup.
 */
bool handles_is_socket(HANDLE handle);

#endif
