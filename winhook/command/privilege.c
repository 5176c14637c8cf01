#include "privilege.h"
#include <windows.h>

void privilege_claim(void)
{
    TOKEN_PRIVILEGES wanted = {1, {{.Attributes = SE_PRIVILEGE_ENABLED}}};
    HANDLE token;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token))
        return;
    if (LookupPrivilegeValueW(NULL, L"SeDebugPrivilege", &wanted.Privileges[0].Luid))
        AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL);
    CloseHandle(token);
}
