/*
 * entrance: what the library exports to a tcpalive that brought it into a running process.
 *
 * Such a library, come in with another tcpalive, has its own idea of what it is asked: the version is compared first.
 */
#ifndef WINHOOK_ENTRANCE_H
#define WINHOOK_ENTRANCE_H

#include <windows.h>

/* In the library as in the command. */
enum { VERSION_ROOM = 64 };
extern const char tcpalive_version[VERSION_ROOM];

enum start_status { START_OK, START_NO_MEMORY, START_PARTLY, START_OFF };

/*
 * `asked` is a struct attachment: reads the settings that it names, does with the sockets that are there what it asks,
 * and writes what came of it. To set puts the policy in force for those to come as well, to undo puts none in force any
 * more; a look leaves the library as it was. NULL: puts the settings of this process's environment in force. Called
 * again, it only replaces the policy. Returns an enum start_status. The signature is a thread's.
 */
DWORD WINAPI tcpalive_start(void *asked);

#endif
