/*
 * standard: the command's descriptors 0, 1 and 2: held while they are closed, and asked at the end whether
 * all was written.
 */
#ifndef PRELOAD_COMMAND_STANDARD_H
#define PRELOAD_COMMAND_STANDARD_H

#include <stdbool.h>

/*
 * Before anything else: no socket, file or descriptor of another process's may get a number that we write messages to.
 * Where one of the three is closed, something takes its number that answers every read and write as a closed one does,
 * and is closed again in the program that we become.
 */
void standard_hold(void);

/* Writes out what is on its way to stdout. False when it cannot be written: the command need not go on. */
bool standard_flush(void);

/* What the command ends with: `result`, or EXIT_OURS after one line when its output could not be written. */
int standard_finish(int result);

#endif
