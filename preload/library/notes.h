/*
 * notes: what the program itself has set on sockets on which no rule had decided yet.
 *
 * Written by own_calls, read by cover, where there are rules. What equals the system's value does not show otherwise.
 * Kept under the number that the kernel gives to a socket and never gives again (SO_COOKIE, Linux 4.12), so that
 * nothing that happens to descriptors makes a note wrong; of very many the oldest goes.
 */
#ifndef PRELOAD_LIBRARY_NOTES_H
#define PRELOAD_LIBRARY_NOTES_H

#include "core/plan.h"

/* The program sets an option (a setting_id or APPLY_KEEPALIVE) to `value`, in the kernel's unit. */
void notes_add(int fd, int option, int value);

/* Adds what is noted of the socket to its values. False when nothing is. */
bool notes_read(int fd, struct socket_values *values);

#endif
