/*
 * silent: connections of our own that stay silent, for measure.
 *
 * Windows does not tell of answered probes: a connection whose silence is over and that still stands when its unanswered probes
 * would have ended it was remembered. Times are milliseconds.
 */
#ifndef WINHOOK_COMMAND_SILENT_H
#define WINHOOK_COMMAND_SILENT_H

#include "core/bracket.h"
#include <winsock2.h>
#include <ws2tcpip.h>

struct silent {
    SOCKET s; /* INVALID_SOCKET: none */
    bool connected;
    ULONGLONG began, quiet_since;
};

/* Begins a connection that is probed first after `idle`. 0, or a Winsock error of this machine's own. */
int silent_open(struct silent *silent, const struct sockaddr *address, int length, int32_t idle);

/* Brings the trial up to date, and closes what is lost. */
void silent_look(struct silent *silent, struct trial *trial);

void silent_close(struct silent *silent);

#endif
