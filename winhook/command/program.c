#include "program.h"
#include "winhook/long_path.h"
#include <stdlib.h>

enum { VALUE_ROOM = 32768 };

/* What the system starts; programs of other endings have to be named with what opens them. */
static const WCHAR *const endings[] = {L".COM", L".EXE", L".BAT", L".CMD"};
enum { ENDINGS = sizeof endings / sizeof *endings };

static const WCHAR *last_part(const WCHAR *path)
{
    const WCHAR *last = path;
    for (; *path; path++)
        if (*path == '\\' || *path == '/' || *path == ':')
            last = path + 1;
    return last;
}

static const WCHAR *ending_of(const WCHAR *path)
{
    const WCHAR *ending = NULL;
    for (path = last_part(path); *path; path++)
        if (*path == '.')
            ending = path;
    return ending;
}

bool program_is_batch(const WCHAR *path)
{
    const WCHAR *ending = ending_of(path);
    return ending && (lstrcmpiW(ending, L".BAT") == 0 || lstrcmpiW(ending, L".CMD") == 0);
}

/* Cuts the next entry off a list that has `;` between them; quotes group. False at the list's end. */
static bool next_entry(WCHAR **rest, WCHAR entry[LONG_PATH])
{
    bool quoted = false;
    size_t used = 0;
    if (!**rest)
        return false;
    for (; **rest && (quoted || **rest != ';'); ++*rest) {
        if (**rest == '"')
            quoted = !quoted;
        else if (used < LONG_PATH - 1)
            entry[used++] = **rest;
    }
    *rest += **rest == ';';
    entry[used] = 0;
    return true;
}

/* A file, not a folder, by its whole path. */
static bool is_there(const WCHAR *folder, const WCHAR *name, const WCHAR *ending, WCHAR *path, DWORD room)
{
    static WCHAR joined[LONG_PATH];
    if (lstrlenW(folder) + lstrlenW(name) + lstrlenW(ending) + 2 > LONG_PATH)
        return false;
    lstrcpyW(joined, folder);
    if (*folder && folder[lstrlenW(folder) - 1] != '\\')
        lstrcatW(joined, L"\\");
    lstrcatW(joined, name);
    lstrcatW(joined, ending);
    DWORD attributes = GetFileAttributesW(joined), length = GetFullPathNameW(joined, room, path, NULL);
    return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY) && length && length < room;
}

static bool is_in(const WCHAR *folder, const WCHAR *name, WCHAR *path, DWORD room)
{
    static WCHAR wanted[VALUE_ROOM];
    WCHAR ending[LONG_PATH], *rest = wanted;
    if (ending_of(name) && is_there(folder, name, L"", path, room))
        return true;
    DWORD length = GetEnvironmentVariableW(L"PATHEXT", wanted, VALUE_ROOM);
    if (!length || length >= VALUE_ROOM)
        lstrcpyW(wanted, L".COM;.EXE;.BAT;.CMD");
    while (next_entry(&rest, ending))
        for (size_t i = 0; i < ENDINGS; i++)
            if (lstrcmpiW(ending, endings[i]) == 0 && is_there(folder, name, ending, path, room))
                return true;
    return false;
}

bool program_find(const char *name, WCHAR *path, DWORD room)
{
    static WCHAR wide[LONG_PATH], folders[VALUE_ROOM];
    WCHAR folder[LONG_PATH], *rest = folders;
    if (!MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, LONG_PATH))
        return false;
    bool placed = last_part(wide) != wide;
    if ((placed || !GetEnvironmentVariableW(L"NoDefaultCurrentDirectoryInExePath", NULL, 0)) &&
        is_in(L"", wide, path, room))
        return true;
    DWORD length = placed ? 0 : GetEnvironmentVariableW(L"PATH", folders, VALUE_ROOM);
    while (length && length < VALUE_ROOM && next_entry(&rest, folder))
        if (*folder && is_in(folder, wide, path, room))
            return true;
    length = SearchPathW(NULL, wide, L".exe", room, path, NULL);
    return length && length < room;
}
