#include "rules_file.h"
#include "long_path.h"

static HANDLE open_path(const char *path)
{
    WCHAR wide[LONG_PATH];
    if (!MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, LONG_PATH))
        return INVALID_HANDLE_VALUE;
    long_path_mark(wide);
    return CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                       0, NULL);
}

static bool add_all(struct text *text, HANDLE file)
{
    char piece[2048];
    DWORD length;
    for (bool first = true; ReadFile(file, piece, sizeof piece, &length, NULL); first = false) {
        struct span more = {piece, length};
        if (!length || text_is_full(text))
            return true;
        if (first && span_starts(more, "\xEF\xBB\xBF"))
            more = (struct span){piece + 3, length - 3};
        text_add_span(text, more);
    }
    return false;
}

/* Whatever else has a name is not read: a console or a pipe waits. */
bool rules_file_add(struct text *text, const char *path, const char **why, DWORD *error)
{
    HANDLE file = open_path(path);
    *why = "cannot be read";
    *error = GetLastError();
    if (file == INVALID_HANDLE_VALUE)
        return false;
    bool regular = GetFileType(file) == FILE_TYPE_DISK, fine = regular && add_all(text, file);
    *error = regular ? GetLastError() : 0;
    if (!regular)
        *why = "not a regular file";
    CloseHandle(file);
    return fine;
}
