/*
 * shared: what the two processes of a supervisor both see, so that either can go on where the other ended.
 *
 * Mapped by pair. The server writes the call in hand and the requests, the guardian what it watches over; neither waits
 * for the other, and what one left half done is harmless.
 */
#ifndef PRELOAD_SUPERVISE_SHARED_H
#define PRELOAD_SUPERVISE_SHARED_H

#include "preload/notes.h"
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* As large as a newer kernel's notification may be. */
enum { SUPERVISE_NOTIFICATION_MAX = 512 };

enum { SHARED_REQUESTS = 1024, SHARED_PROCESSES = 4096, SHARED_LISTENERS = 256, SHARED_NOTES = 512 };

/* Those who write lines. */
enum shared_writer { WRITER_SERVER, WRITER_GUARDIAN, SHARED_WRITERS };

/* Why a process is looked through every now and then. */
enum watch_why {
    WATCH_ACCEPTED = 1, /* a rule speaks of the peers of what it accepts, which its listener cannot tell */
    WATCH_ALL = 2,      /* it makes connections where nothing sees them */
    WATCH_PEERS = 4,    /* a dead peer is to be noticed with data in flight, or named */
};

struct shared {
    /* The call in hand. The kernel itself writes it, so that its number is known whenever the server ends; 0: none. */
    _Alignas(struct seccomp_notif) char call[SUPERVISE_NOTIFICATION_MAX];
    uint64_t served_again; /* the call that was in hand when a server ended: once more, and no third time */
    int64_t busy_since;    /* milliseconds of CLOCK_MONOTONIC; 0: no call in hand */
    bool guardian_sleeps;  /* until the server wakes it with the next call */
    uint32_t served;       /* calls, so that the guardian sees whether there is any */
    bool reads_memory;     /* the server does, of the program's */
    bool memory_stalls;    /* it once did not come back from there: nobody reads it any more */
    int64_t writes_since[SHARED_WRITERS]; /* milliseconds as above: a line of theirs; 0: none */
    int64_t lines_stalled;                /* when one once did not come back from there; 0: never */
    bool trouble_reported;                /* once is enough */
    struct {
        uint32_t written, taken; /* counts, not places */
        uint32_t forgotten;      /* processes that ended: their numbers may be asked for once more */
        struct {
            pid_t pid;
            unsigned why;
        } request[SHARED_REQUESTS];
    } asked;
    struct {
        uint32_t written;
        uint64_t inode[SHARED_LISTENERS]; /* the last ones; who holds one of these belongs to the program's tree */
    } listeners;
    struct notes notes;
    struct note note[SHARED_NOTES];
    struct {
        int64_t heirs_until; /* milliseconds as above: who holds what ended ones have left is looked for */
        size_t count;
        struct watched {
            pid_t pid;
            unsigned why;
            uint64_t born; /* process_born(): a number may be somebody else's by now */
        } process[SHARED_PROCESSES];
    } watched;
};

#endif
