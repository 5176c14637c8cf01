/*
 * report_socket: what the supervisor says, and where.
 *
 * Used by supervise's server and its sweep. The supervisor outlives the program's own standard streams and must not
 * keep their readers waiting: of a stderr that is a pipe or a terminal it keeps the name only (O_PATH) and opens it for
 * each line. Of a socket no name can be kept: then nothing is said on it.
 */
#ifndef PRELOAD_SUPERVISE_REPORT_SOCKET_H
#define PRELOAD_SUPERVISE_REPORT_SOCKET_H

#include "core/log.h"
#include "preload/supervise/shared.h"
#include <sys/types.h>

/* Looks at descriptor 2 and lets go of it where it must. Returns the descriptor that stays open for the name, or -1. */
int supervise_report_begin(const struct policy *policy);

bool supervise_report_wants(enum level level);

/*
 * Which of the two writes from now on. A file system may not answer: each says when it begins a line, so that the other
 * can end it and nobody writes any more for a while.
 */
void supervise_report_as(enum shared_writer writer, struct shared *shared);

/* Has that one been at a line for longer than any takes? Then lines are left out from now on. */
bool supervise_report_stalls(enum shared_writer writer, struct shared *shared);

/*
 * A connection's or listener's line, at the levels that log.h says: `number` in the program, `fd` here, of which
 * the values are.
 */
void supervise_report_socket(const struct facts *facts, const struct plan *plan, int number, int fd);

/* The kernel has ended a connection: remote/deaths.h. */
void supervise_report_ending(const struct log_ending *ending);

/* A process's socket could not be reached or set. */
void supervise_report_trouble(pid_t pid, const char *why);

#endif
