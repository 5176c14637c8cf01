#include "long_path.h"
#include <stdbool.h>

/* Nothing in a marked path is interpreted: a slash would be a character of a name. */
static void use_backslashes(WCHAR *path)
{
    for (; *path; path++)
        if (*path == '/')
            *path = '\\';
}

void long_path_mark(WCHAR path[LONG_PATH])
{
    static const WCHAR local[] = L"\\\\?\\", remote[] = L"\\\\?\\UNC";
    int length = lstrlenW(path);
    if (length < MAX_PATH || length > LONG_PATH - 16)
        return;
    use_backslashes(path);
    bool drive = path[1] == ':' && path[2] == '\\', server = path[0] == '\\' && path[1] == '\\' && path[2] != '?';
    const WCHAR *mark = server ? remote : local;
    int skipped = server ? 1 : 0, room = lstrlenW(mark);
    if (!drive && !server)
        return;
    for (int i = length; i >= skipped; i--)
        path[i + room - skipped] = path[i];
    for (int i = 0; i < room; i++)
        path[i] = mark[i];
}
