/*
 * listing_cells: what stands in each column of a listing, in the table and in JSON.
 *
 * One row a column: to add one, a row in CELLS and its two functions in listing_cells.c. listing alone asks.
 */
#ifndef CORE_LISTING_CELLS_H
#define CORE_LISTING_CELLS_H

#include "listing_row.h"

/*
 * X(id, name, title, key, least, keep_end)
 *   name     of its functions, write_NAME and json_NAME.
 *   title    of the column; "" is in JSON only.
 *   key      of the member in JSON.
 *   least    how narrow the column may get when the terminal is; 0: never narrower than what it holds.
 *   keep_end of a cell that is cut the end stays (of an address, where the port is).
 */
#define CELLS(X)                                                                                                       \
    X(PID, pid, "PID", "pid", 0, false)                                                                                \
    X(PROGRAM, program, "PROGRAM", "program", 6, false)                                                                \
    X(FD, fd, "FD", "fd", 0, false)                                                                                    \
    X(LOCAL, local, "LOCAL", "local", 9, true)                                                                         \
    X(PEER, peer, "PEER", "peer", 9, true)                                                                             \
    X(STATE, state, "STATE", "state", 5, false)                                                                        \
    X(KEEPALIVE, keepalive, "KEEPALIVE", "keepalive", 0, false)                                                        \
    X(IDLE, idle, "IDLE", "idle", 0, false)                                                                            \
    X(INTERVAL, interval, "INTERVAL", "interval", 0, false)                                                            \
    X(PROBES, probes, "PROBES", "probes", 0, false)                                                                    \
    X(USER_TIMEOUT, user_timeout, "USER-TIMEOUT", "user_timeout_ms", 0, false)                                         \
    X(TIMER, timer, "TIMER", "timer", 9, false)                                                                        \
    X(TIMER_MS, timer_ms, "", "timer_ms", 0, false)                                                                    \
    X(UNANSWERED, unanswered, "", "unanswered", 0, false)                                                              \
    X(NETNS, netns, "NETNS", "netns", 0, false)

enum cell_id {
#define X(id, ...) CELL_##id,
    CELLS(X)
#undef X
        CELL_COUNT
};

enum { CELL_SIZE = 96 };

typedef void cell_write(struct text *text, const struct listing_row *row);

struct cell {
    char title[14], key[18];
    uint8_t least;
    bool keep_end;
    cell_write *write, *write_json;
};

extern const struct cell cells[CELL_COUNT];

#endif
