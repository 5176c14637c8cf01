/*
 * rows: what the kernel knows of TCP sockets, one row for each descriptor that holds one.
 *
 * Used by list to gather and by list's table and JSON to print, and by attach to name a socket. Values are
 * read back from the kernel at that moment; nothing is guessed.
 */
#ifndef PRELOAD_REMOTE_ROWS_H
#define PRELOAD_REMOTE_ROWS_H

#include "core/address.h"
#include "core/plan.h"
#include "preload/remote/descriptors.h"
#include "preload/remote/process.h"
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct row {
    pid_t pid;
    int number;
    unsigned long inode;
    unsigned char state; /* as tcp(7)'s TCP_INFO has it: 1 is established */
    bool has_local, has_peer;
    uint16_t local_port, peer_port; /* host order */
    struct address local, peer;
    struct socket_values values;
    char program[PROCESS_NAME_SIZE];
};

struct rows {
    struct row *row; /* freed by rows_free() */
    size_t count, room;
};

/* Reads one descriptor of our own. False when it is no TCP socket. Leaves pid, number and program alone. */
bool row_read(int fd, struct row *row);

/* "LISTEN", "ESTAB": the names that ss(8) uses. */
const char *row_state(const struct row *row);
bool row_listens(const struct row *row);

/* Adds `10.0.0.1:80`, `[::1]:80`, `*:*`. */
void row_write_local(struct text *text, const struct row *row);
void row_write_peer(struct text *text, const struct row *row);

/* Adds all TCP sockets of a process on `port`, at either end; port 0: any. Returns as descriptors_search(), or ENOMEM. */
int rows_gather(struct rows *rows, pid_t pid, uint16_t port, bool anyway);
void rows_free(struct rows *rows);

#endif
