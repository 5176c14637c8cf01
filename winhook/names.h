/*
 * names: is a program one of those that a user named?
 *
 * Used by the library for TCPALIVE_PROGRAMS and by list for --program. A Windows program is named with
 * .exe and without, in any case.
 */
#ifndef WINHOOK_NAMES_H
#define WINHOOK_NAMES_H

#include <stdbool.h>

enum { NAMES_ROOM = 768 }; /* bytes of UTF-8 that a file's name of 255 characters takes, with its end */

/* `names` as core's filter takes them; `program` is a file's name, without its folder. */
bool names_admit(const char *names, const char *program);

#endif
