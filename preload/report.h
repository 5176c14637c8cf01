/*
 * report: what the library says, and where.
 *
 * A line is one write, or none: to stderr only while that descriptor is the file it was at start,
 * to syslog as a datagram, to a file opened for that one line. Keeps no descriptor, takes no lock, leaves errno alone.
 */
#ifndef PRELOAD_REPORT_H
#define PRELOAD_REPORT_H

#include "core/plan.h"

enum report_stderr { STDERR_CLOSED, STDERR_FILE, STDERR_SOCKET };

/* Remembers which file stderr is now. When it is a socket, start may look at it. */
enum report_stderr report_remember_stderr(void);

/* From here on lines go where the policy says. Copies the path: the environment may be overwritten by the program. */
void report_open(const struct policy *policy);

/* Writes one line, which ends in a newline, when the policy's level asks for it. Was it written? */
bool report(enum level level, const char *line);

/* The level that the policy asks for. */
extern enum level report_level __attribute__((visibility("hidden")));

static inline bool report_wants(enum level level)
{
    return level <= __atomic_load_n(&report_level, __ATOMIC_RELAXED);
}

#endif
