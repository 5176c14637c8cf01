#include "rows.h"
#include "winhook/ask.h"
#include "winhook/handles.h"
#include "winhook/long_path.h"
#include "winhook/names.h"
#include "winhook/row.h"
#include <psapi.h>
#include <stdlib.h>
#include <string.h>

enum { RIGHTS = PROCESS_DUP_HANDLE | PROCESS_QUERY_INFORMATION };

static bool read_row(HANDLE handle, void *about)
{
    return row_read((SOCKET)handle, about);
}

static void name_program(HANDLE process, struct listing_row *row)
{
    WCHAR path[LONG_PATH];
    char name[NAMES_ROOM] = "";
    struct text program = text_in(row->program, sizeof row->program);
    DWORD length = GetProcessImageFileNameW(process, path, LONG_PATH);
    const WCHAR *last = path + length;
    while (last > path && last[-1] != '\\')
        last--;
    WideCharToMultiByte(CP_UTF8, 0, last, -1, name, sizeof name, NULL, NULL);
    text_add(&program, name);
}

/* Copies of another process's handles; without questions they are only counted. */
struct copying {
    HANDLE process;
    struct questions *questions;
    ULONG_PTR *there;
    size_t count, room;
};

static void copy(HANDLE there, void *context)
{
    struct copying *copying = context;
    HANDLE here;
    if (!copying->questions) {
        copying->room++;
        return;
    }
    if (copying->count == copying->room ||
        !DuplicateHandle(copying->process, there, GetCurrentProcess(), &here, 0, FALSE, DUPLICATE_SAME_ACCESS))
        return;
    copying->there[copying->count] = (ULONG_PTR)there;
    copying->questions->handle[copying->count++] = here;
}

/* Asks about copies of all handles that may be sockets. 0, or a system error. */
static DWORD ask_process(struct copying *copying)
{
    if (!handles_each(copying->process, copy, copying))
        return ERROR_NOT_SUPPORTED;
    copying->questions = ask_new(copying->room, sizeof(struct listing_row));
    copying->there = malloc((copying->room + 1) * sizeof *copying->there);
    if (!copying->questions || !copying->there)
        return ERROR_NOT_ENOUGH_MEMORY;
    handles_each(copying->process, copy, copying);
    copying->questions->count = copying->count;
    ask_all(copying->questions, read_row);
    return 0;
}

static void visit_all(const struct copying *copying, const struct listing_row *about,
                      void (*visit)(const struct listing_row *row, void *context), void *context)
{
    const struct questions *questions = copying->questions;
    for (size_t i = 0; i < copying->count; i++) {
        struct listing_row row = ((const struct listing_row *)questions->about)[i];
        row.pid = about->pid;
        row.number = (int64_t)copying->there[i];
        memcpy(row.program, about->program, sizeof row.program);
        if (questions->answer[i] == ASK_YES)
            visit(&row, context);
        if (questions->answer[i] != ASK_SILENT) /* then it is still being asked */
            CloseHandle(questions->handle[i]);
    }
}

DWORD rows_each(DWORD pid, void (*visit)(const struct listing_row *row, void *context), void *context)
{
    struct copying copying = {.process = OpenProcess(RIGHTS, FALSE, pid)};
    struct listing_row about = {.pid = pid};
    WSADATA data;
    if (!copying.process)
        return GetLastError();
    name_program(copying.process, &about);
    DWORD error = (DWORD)WSAStartup(MAKEWORD(2, 2), &data);
    if (!error) {
        error = ask_process(&copying);
        visit_all(&copying, &about, visit, context);
        WSACleanup();
    }
    CloseHandle(copying.process);
    if (copying.questions)
        ask_free(copying.questions);
    free(copying.there);
    return error;
}
