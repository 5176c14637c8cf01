/*
 * no_code: a process in which no page may become executable (Microsoft: PROCESS_MITIGATION_DYNAMIC_CODE_POLICY), for
 * Wine, which has no such thing. Included before the part under test.
 */
#include <windows.h>

static inline BOOL no_code_protect(void *page, SIZE_T size, DWORD protection, DWORD *before)
{
    enum { EXECUTABLE = PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY };
    if (!(protection & EXECUTABLE))
        return VirtualProtect(page, size, protection, before);
    SetLastError(1655); /* ERROR_DYNAMIC_CODE_BLOCKED */
    return FALSE;
}

#define VirtualProtect no_code_protect
