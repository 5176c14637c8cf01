/*
 * attachment: what attach asks of the library in a process, and its answer.
 *
 * It lies in the process while the library works on it, is read back from there, and is the same in both word sizes.
 */
#ifndef WINHOOK_ATTACHMENT_H
#define WINHOOK_ATTACHMENT_H

#include "core/outcome.h"

enum { ATTACHMENT_ROWS = 2048 };

/* A socket's row, without process and program, and what became of it. */
struct attachment_row {
    struct listing_row row;
    uint32_t outcome; /* an enum cover_outcome */
    uint32_t unused;
};

struct attachment {
    uint64_t settings;           /* a block (environment.h) in the process, which stays for ever */
    uint32_t act;                /* an enum attachment_act */
    uint32_t all;                /* rows of all sockets; else of those that were refused */
    uint32_t rows;               /* in the answer: as many as there is room for */
    uint32_t set, left, refused; /* how many sockets */
    uint32_t error;              /* of the command of the other word size: the system's number */
    uint32_t unused;
    struct attachment_row row[ATTACHMENT_ROWS];
};

#endif
