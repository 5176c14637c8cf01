#include "processes.h"
#include "winhook/names.h"
#include <stdlib.h>
#include <tlhelp32.h>

bool processes_have(const struct processes *list, DWORD pid)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->pid[i] == pid)
            return true;
    return false;
}

bool processes_add(struct processes *list, DWORD pid)
{
    if (processes_have(list, pid))
        return true;
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 64;
        DWORD *more = realloc(list->pid, room * sizeof *more);
        if (!more)
            return false;
        list->pid = more;
        list->room = room;
    }
    list->pid[list->count++] = pid;
    return true;
}

/* Calls visit for each process until it returns false. */
static void each(bool (*visit)(const PROCESSENTRY32W *process, void *context), void *context)
{
    PROCESSENTRY32W process = {.dwSize = sizeof process};
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (all == INVALID_HANDLE_VALUE)
        return;
    for (BOOL more = Process32FirstW(all, &process); more && visit(&process, context);)
        more = Process32NextW(all, &process);
    CloseHandle(all);
}

static void name_of(const PROCESSENTRY32W *process, char *name, size_t room)
{
    if (!WideCharToMultiByte(CP_UTF8, 0, process->szExeFile, -1, name, (int)room, NULL, NULL))
        *name = '\0';
}

struct search {
    struct processes *list;
    const char *names;
    bool fine;
    DWORD pid;
    char *name;
    size_t room;
};

static bool add_if_named(const PROCESSENTRY32W *process, void *context)
{
    struct search *search = context;
    char name[NAMES_ROOM];
    name_of(process, name, sizeof name);
    bool other = process->th32ProcessID && process->th32ProcessID != GetCurrentProcessId();
    if (other && (!search->names || names_admit(search->names, name)))
        search->fine = processes_add(search->list, process->th32ProcessID);
    return search->fine;
}

bool processes_add_named(struct processes *list, const char *names)
{
    struct search search = {.list = list, .names = names, .fine = true};
    each(add_if_named, &search);
    return search.fine;
}

/* When it began; 0 where that is not told. */
static ULONGLONG birth(DWORD pid)
{
    FILETIME begun = {0}, ended, kernel, user;
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
    if (process) {
        GetProcessTimes(process, &begun, &ended, &kernel, &user);
        CloseHandle(process);
    }
    return (ULONGLONG)begun.dwHighDateTime << 32 | begun.dwLowDateTime;
}

/* A parent's number may by now be another, younger process's. */
static bool add_if_child(const PROCESSENTRY32W *process, void *context)
{
    struct search *search = context;
    DWORD pid = process->th32ProcessID, parent = process->th32ParentProcessID;
    if (processes_have(search->list, parent) && pid != GetCurrentProcessId() && birth(parent) <= birth(pid))
        search->fine = processes_add(search->list, pid);
    return search->fine;
}

bool processes_add_descendants(struct processes *list)
{
    struct search search = {.list = list, .fine = true};
    size_t before;
    do {
        before = list->count;
        each(add_if_child, &search);
    } while (search.fine && list->count > before);
    return search.fine;
}

static bool name_if_it(const PROCESSENTRY32W *process, void *context)
{
    struct search *search = context;
    if (process->th32ProcessID != search->pid)
        return true;
    name_of(process, search->name, search->room);
    return false;
}

void processes_name(DWORD pid, char *name, size_t room)
{
    struct search search = {.pid = pid, .name = name, .room = room};
    *name = '\0';
    each(name_if_it, &search);
}

void processes_free(struct processes *list)
{
    free(list->pid);
}
