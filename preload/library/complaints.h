/*
 * complaints: what is wrong with the settings, kept from the start until the process has its first TCP socket.
 *
 * Filled by start, emptied by cover. Most processes of a shell script have no such socket, and say nothing.
 */
#ifndef PRELOAD_LIBRARY_COMPLAINTS_H
#define PRELOAD_LIBRARY_COMPLAINTS_H

#include <stdbool.h>

/* Of very many lines the last are dropped. */
void complaints_keep(const char *line);

bool complaints_are_kept(void);

/* Says them, where that has not been done. Leaves errno alone. */
void complaints_say(void);

#endif
