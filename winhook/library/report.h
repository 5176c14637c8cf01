/*
 * report: the lines that the library writes: to stderr, a file, or a debugger.
 *
 * Used by start, hooks, sweep and follow. It keeps no handle open, writes to the program's stderr only while
 * that is the file it was at start, and leaves the thread's last error as it found it.
 */
#ifndef WINHOOK_REPORT_H
#define WINHOOK_REPORT_H

#include "core/plan.h"

/* Remembers what stderr is now. */
void report_start(void);

/*
 * Level and place of all later lines. `file` must stay: `stderr`, `debugger` (OutputDebugString; `syslog` is the same),
 * or a path.
 */
void report_to(enum level level, const char *file);

/* Is a line of this level wanted? Asked before the work of building one. */
bool report_wants(enum level level);

/* Writes one finished line, newline included. */
void report_line(enum level level, const char *line);

/* `tcpalive: WHAT 'OBJECT': WHY`, where WHY ends in the system's number for it unless that is 0. */
void report_problem(enum level level, const char *what, const char *object, const char *why, unsigned long error);

#endif
