/*
 * rows: what the kernel knows of TCP sockets, one row for each descriptor that holds one.
 *
 * Options are read back from the kernel at that moment, addresses, state and timer come from one list a network
 * namespace; nothing is guessed.
 */
#ifndef PRELOAD_REMOTE_ROWS_H
#define PRELOAD_REMOTE_ROWS_H

#include "core/ports.h"
#include "preload/remote/descriptors.h"
#include "preload/remote/networks.h"
#include "preload/remote/process.h"

struct rows {
    struct listing_row *row; /* freed by rows_free() */
    size_t count, room;
};

struct rows_wanted {
    struct ports ports;   /* at either end */
    bool anyway;          /* as in struct descriptors_search */
    const char *programs; /* names of the processes that are meant; NULL: all */
};

/* Reads one descriptor of our own. False when it is no TCP socket. Leaves process, descriptor and timer untold. */
bool row_read(int fd, struct listing_row *row);

/* Does it have one of these ports at either end? */
bool row_is_on(const struct listing_row *row, const struct ports *ports);

/* Adds the wanted TCP sockets of a process. Returns as descriptors_search(), or ENOMEM. */
int rows_gather(struct rows *rows, struct networks *networks, pid_t pid, const struct rows_wanted *wanted);

/*
 * Adds the wanted sockets of this network namespace that a process holds and that are no rows yet: all but their
 * options and their process is known.
 */
void rows_gather_others(struct rows *rows, struct networks *networks, const struct rows_wanted *wanted);

void rows_free(struct rows *rows);

#endif
