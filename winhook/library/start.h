/*
 * start: how the library comes to life in a process, and the policy that is in force there.
 *
 * Loaded as an import of the program (tcpalive run), it starts in DllMain, before the program's first
 * instruction. Loaded later (tcpalive attach), it sleeps until tcpalive_start() is called, on a thread of its
 * own and outside the loader lock.
 */
#ifndef WINHOOK_START_H
#define WINHOOK_START_H

#include "core/policy.h"
#include <windows.h>

enum start_status { START_OK, START_NO_MEMORY, START_PARTLY, START_OFF };

/*
 * Reads the settings from a block (environment.h) that stays for ever, or from this process's environment
 * when it is NULL, puts them in force and sweeps the sockets that are there. Called again, it only replaces
 * the policy. Returns an enum start_status. The signature is a thread's.
 */
DWORD WINAPI tcpalive_start(void *settings);

/*
 * The settings that attach brought, a block (environment.h); NULL where they are those of this process's environment.
 */
const char *start_attached(void);

/* Exported beside it, in the library as in the command: they speak to each other when it is the same. */
enum { START_VERSION_ROOM = 64 };
extern const char tcpalive_version[START_VERSION_ROOM];

/* What is in force; never NULL once a hook can be called. */
const struct policy *start_policy(void);

#endif
