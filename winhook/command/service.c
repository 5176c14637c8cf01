#include "service.h"

static DWORD ask(SC_HANDLE manager, const WCHAR *name, DWORD *pid)
{
    SERVICE_STATUS_PROCESS status;
    DWORD size, error = 0;
    SC_HANDLE service = OpenServiceW(manager, name, SERVICE_QUERY_STATUS);
    if (!service)
        return GetLastError();
    if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status, &size))
        error = GetLastError();
    else
        *pid = status.dwCurrentState == SERVICE_RUNNING ? status.dwProcessId : 0;
    CloseServiceHandle(service);
    return error;
}

DWORD service_process(const char *name, DWORD *pid)
{
    WCHAR wide[256]; /* no longer name is allowed (Microsoft: CreateService) */
    *pid = 0;
    if (!MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, sizeof wide / sizeof *wide))
        return ERROR_INVALID_NAME;
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    if (!manager)
        return GetLastError();
    DWORD error = ask(manager, wide, pid);
    CloseServiceHandle(manager);
    return error;
}
