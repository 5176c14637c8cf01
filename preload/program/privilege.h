/*
 * privilege: what this process may do to others.
 *
 * It only asks.
 */
#ifndef PRELOAD_PROGRAM_PRIVILEGE_H
#define PRELOAD_PROGRAM_PRIVILEGE_H

#include <stdbool.h>

/* Is the capability (capabilities(7)) in effect, in this user namespace? */
bool privilege_have(unsigned capability);

/*
 * Does Yama keep a process without CAP_SYS_PTRACE out of all but its descendants? Then a supervisor beside the program
 * reaches that one, which names it (prctl(2), PR_SET_PTRACER), but not what it starts.
 */
bool privilege_end_with_children(void);

#endif
