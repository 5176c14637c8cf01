/*
 * exec: what the ways of starting another program have in common.
 *
 * Used by shell, syscalls and the trampoline; the hooks themselves are exported.
 */
#ifndef PRELOAD_LIBRARY_EXEC_H
#define PRELOAD_LIBRARY_EXEC_H

#include <stdbool.h>

/* The program's own environment; NULL where it has none. */
char **exec_inherited(void);

/*
 * One line, once a process, when this environment leaves out the library and TCPALIVE_FOLLOW was not asked for: at
 * `warn` when the process itself goes on as another program, `in_place`, else at `info`.
 */
void exec_say_when_lost(const char *path, char *const *environment, bool in_place);

/* execve(2) or execveat(2) by its number, with six arguments, of which `envp` says which is the environment. */
long exec_by_number(long number, long *argument, int envp);

#endif
