#include "modules.h"
#include <psapi.h>

enum { TRIES = 20, PAUSE_MS = 10, FIRST_ROOM = 1024 };

/* Reading fails when the list changes meanwhile. */
DWORD modules_of(HANDLE process, HMODULE **modules)
{
    DWORD room = FIRST_ROOM * sizeof **modules, size = 0;
    for (int i = 0; i < TRIES; i++) {
        *modules = VirtualAlloc(NULL, room, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        if (!*modules)
            return 0;
        BOOL listed = EnumProcessModules(process, *modules, room, &size);
        if (listed && size <= room)
            return size / sizeof **modules;
        VirtualFree(*modules, 0, MEM_RELEASE);
        if (listed)
            room = 2 * size;
        else if (GetLastError() == ERROR_PARTIAL_COPY || GetLastError() == ERROR_NOACCESS)
            Sleep(PAUSE_MS);
        else
            return 0;
    }
    return 0;
}
