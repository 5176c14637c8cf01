#include "beside.h"

/* With the backslash at its end; `up` folders above it. */
static bool own_folder(WCHAR path[LONG_PATH], int up)
{
    HMODULE own;
    if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                            (const WCHAR *)(void *)&own_folder, &own))
        return false;
    DWORD length = GetModuleFileNameW(own, path, LONG_PATH);
    if (!length || length == LONG_PATH)
        return false;
    for (int i = 0; i <= up; i++) {
        while (length && path[--length] != '\\')
            ;
        if (!length)
            return false;
    }
    path[length + 1] = 0;
    return true;
}

bool inject_beside(bool wide, const WCHAR *name, WCHAR path[LONG_PATH])
{
    bool elsewhere = wide != (sizeof(void *) == 8);
    const WCHAR *folder = !elsewhere ? L"" : wide ? L"x86_64\\" : L"i686\\";
    if (!own_folder(path, elsewhere) || lstrlenW(path) + lstrlenW(folder) + lstrlenW(name) >= LONG_PATH)
        return false;
    lstrcatW(path, folder);
    lstrcatW(path, name);
    long_path_mark(path);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}
