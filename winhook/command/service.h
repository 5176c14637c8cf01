/*
 * service: the process that the service manager runs a service in.
 */
#ifndef WINHOOK_COMMAND_SERVICE_H
#define WINHOOK_COMMAND_SERVICE_H

#include <windows.h>

/* 0 and the process in *pid, which is 0 while the service does not run; or a system error. */
DWORD service_process(const char *name, DWORD *pid);

#endif
