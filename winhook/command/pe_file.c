#include "pe_file.h"
#include <stdlib.h>

enum { SIZE_LIMIT = 512 << 20, PATH_ROOM = 1024 };

bool pe_file_find(const char *name, WCHAR *path, DWORD room)
{
    WCHAR wide[PATH_ROOM];
    if (!MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, PATH_ROOM))
        return false;
    DWORD length = SearchPathW(NULL, wide, L".exe", room, path, NULL);
    return length && length < room;
}

static DWORD read_all(HANDLE handle, BYTE **at, DWORD *length)
{
    LARGE_INTEGER size;
    if (!GetFileSizeEx(handle, &size))
        return GetLastError();
    if (size.QuadPart > SIZE_LIMIT)
        return ERROR_BAD_EXE_FORMAT;
    *at = malloc((size_t)size.QuadPart + 1);
    if (!*at)
        return ERROR_NOT_ENOUGH_MEMORY;
    return ReadFile(handle, *at, (DWORD)size.QuadPart, length, NULL) ? 0 : GetLastError();
}

DWORD pe_file_read(const char *name, struct pe_image *image)
{
    WCHAR path[PATH_ROOM];
    BYTE *at = NULL;
    DWORD length = 0;
    *image = (struct pe_image){0};
    if (!pe_file_find(name, path, PATH_ROOM))
        return ERROR_FILE_NOT_FOUND;
    HANDLE handle = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return GetLastError();
    DWORD error = read_all(handle, &at, &length);
    CloseHandle(handle);
    if (!error && !pe_image_read(at, length, image))
        error = ERROR_BAD_EXE_FORMAT;
    free(at);
    return error;
}
