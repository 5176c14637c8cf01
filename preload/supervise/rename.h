/*
 * rename: what ps(1) and pkill(1) see of a supervisor, so that they do not take it for the program.
 */
#ifndef PRELOAD_SUPERVISE_RENAME_H
#define PRELOAD_SUPERVISE_RENAME_H

/* A name of at most 15 bytes, and a command line in place of the process's own arguments. */
void supervise_rename(const char *name, const char *command_line);

#endif
