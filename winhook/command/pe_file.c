#include "pe_file.h"
#include "program.h"
#include "winhook/long_path.h"
#include <stdlib.h>

enum { SIZE_LIMIT = 512 << 20 };

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

DWORD pe_file_read(const char *name, struct pe_file *file)
{
    WCHAR path[LONG_PATH];
    BYTE *at = NULL;
    DWORD length = 0;
    *file = (struct pe_file){0};
    if (!program_find(name, path, LONG_PATH))
        return ERROR_FILE_NOT_FOUND;
    WideCharToMultiByte(CP_UTF8, 0, path, -1, file->path, sizeof file->path, NULL, NULL);
    file->batch = program_is_batch(path);
    if (file->batch)
        return 0;
    long_path_mark(path);
    HANDLE handle = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return GetLastError();
    DWORD error = read_all(handle, &at, &length);
    CloseHandle(handle);
    if (!error && !pe_image_read(at, length, &file->image))
        error = ERROR_BAD_EXE_FORMAT;
    free(at);
    return error;
}
