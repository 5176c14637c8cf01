/*
 * cover: where a socket meets the policy: facts to plan, plan to options, and the line about it.
 *
 * Used by the hooks, the program's own calls and sweep. It keeps no state of a socket, only which ports this
 * process ever listened on: by them an accepted connection is told from one made, when nothing else is left
 * to tell it by. Each function leaves the thread's last error as it found it.
 */
#ifndef WINHOOK_COVER_H
#define WINHOOK_COVER_H

#include "core/outcome.h"
#include <winsock2.h>

/* Decides and applies, for a socket that facts speak of. */
enum cover_outcome cover_socket(SOCKET s, const struct facts *facts);

/* The same in one of the roles, facts taken from the socket; ones that the policy does not need are not asked for. */
void cover_made(SOCKET s);
void cover_listening(SOCKET s);
void cover_accepted(SOCKET s);
void cover_connected(SOCKET s);

/* Before a connect to `name`, which may be any pointer. */
void cover_connecting(SOCKET s, const struct sockaddr *name, int size);

/* The facts of a socket that has a past which we did not see. */
void cover_find(SOCKET s, struct facts *facts);

/* Remembers that this process listens on the port. */
void cover_note_port(uint16_t port);

#endif
