/*
 * rows: the TCP sockets of other processes and their values, one row for each handle.
 *
 * Used by list. A handle is duplicated into this process, read and closed again; nothing of the other process changes.
 */
#ifndef WINHOOK_COMMAND_ROWS_H
#define WINHOOK_COMMAND_ROWS_H

#include "core/plan.h"
#include <winsock2.h>

struct row {
    DWORD pid;
    ULONG_PTR handle; /* in that process */
    bool listening, has_local, has_peer;
    struct address local, peer;
    uint16_t local_port, peer_port;
    bool keepalive_known;
    bool readable; /* the system tells idle, interval and probes */
    struct socket_values values;
    char program[128];
};

struct rows {
    struct row *row;
    size_t count, room;
};

/* Calls visit for each TCP socket of the process on `port`, at either end; port 0: any. 0, or a system error. */
DWORD rows_each(DWORD pid, uint16_t port, void (*visit)(const struct row *row, void *context), void *context);

#endif
