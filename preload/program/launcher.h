/*
 * launcher: programs that start another one and leave LD_PRELOAD out of its environment.
 *
 * Asked by check and run for a program that the library reaches, where what it starts would not be. Known are the
 * launchers of a small table, by name and arguments, and scripts that assign LD_PRELOAD themselves. It reads a script,
 * runs nothing and prints nothing; what it does not know is told by the library at the exec.
 */
#ifndef PRELOAD_PROGRAM_LAUNCHER_H
#define PRELOAD_PROGRAM_LAUNCHER_H

#include "preload/program/program.h"

/*
 * One sentence without its full stop: why what it starts is not reached, and what reaches it. NULL: nothing is known to
 * be lost. `arguments` are those behind the program's name, ended by NULL.
 */
const char *launcher_loses(const struct program *program, char *const *arguments);

#endif
