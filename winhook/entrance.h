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
 * Reads the settings from a block (environment.h) that stays for ever, or from this process's environment
 * when it is NULL, puts them in force and sweeps the sockets that are there. Called again, it only replaces
 * the policy. Returns an enum start_status. The signature is a thread's.
 */
DWORD WINAPI tcpalive_start(void *settings);

#endif
