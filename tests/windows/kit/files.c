/* Files of a question's own, in the temporary folder. */
#include "run.h"
#include <string.h>

#define OURS "tcpalive-verify-"
enum { PATH_ROOM = 2048 };

const char *files_folder(void)
{
    static char folder[MAX_PATH + 64];
    if (*folder)
        return folder;
    GetTempPathA(MAX_PATH, folder);
    sprintf(folder + strlen(folder), OURS "%lu\\", GetCurrentProcessId());
    CreateDirectoryA(folder, NULL);
    return folder;
}

bool files_write(const char *name, const char *text)
{
    char path[2 * MAX_PATH];
    snprintf(path, sizeof path, "%s%s", files_folder(), name);
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    fputs(text, file);
    return fclose(file) == 0;
}

bool files_copy_tool(const WCHAR *folder)
{
    static const WCHAR *const names[] = {L"tcpalive.exe", L"tcpalive.dll"};
    WCHAR from[MAX_PATH + 64], to[PATH_ROOM];
    bool copied = true;
    for (int i = 0; i < 2; i++) {
        GetModuleFileNameW(NULL, from, MAX_PATH);
        WCHAR *end = wcsrchr(from, '\\') + 1;
        wcscpy(end, sizeof(void *) == 8 ? L"x86_64\\" : L"i686\\");
        wcscat(from, names[i]);
        wcscpy(to, folder);
        wcscat(to, names[i]);
        copied = copied && CopyFileW(from, to, FALSE);
    }
    return copied;
}

/* Takes away what the pattern at the path's end means; the path is changed and put back. */
static void remove_like(WCHAR *path, const WCHAR *pattern)
{
    WIN32_FIND_DATAW found;
    size_t length = wcslen(path);
    wcscpy(path + length, pattern);
    HANDLE search = FindFirstFileW(path, &found);
    path[length] = 0;
    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0 ||
            length + wcslen(found.cFileName) + 32 > PATH_ROOM)
            continue;
        wcscpy(path + length, found.cFileName);
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
            wcscat(path, L"\\");
            remove_like(path, L"*");
            path[wcslen(path) - 1] = 0;
            RemoveDirectoryW(path);
        } else {
            DeleteFileW(path);
        }
        path[length] = 0;
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

void files_remove(void)
{
    WCHAR path[PATH_ROOM] = L"\\\\?\\";
    GetTempPathW(MAX_PATH, path + 4);
    remove_like(path, L"" OURS "*");
}
