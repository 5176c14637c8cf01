#include "rows.h"
#include "winhook/apply.h"
#include "winhook/ask.h"
#include "winhook/facts.h"
#include "winhook/handles.h"
#include "winhook/long_path.h"
#include <psapi.h>
#include <stdlib.h>
#include <string.h>

enum { RIGHTS = PROCESS_DUP_HANDLE | PROCESS_QUERY_INFORMATION };

static bool read_row(HANDLE handle, void *about)
{
    struct row *row = about;
    SOCKET s = (SOCKET)handle;
    struct sockaddr_storage name;
    int size = sizeof name;
    if (!facts_is_tcp(s))
        return false;
    row->listening = facts_role(s) == ROLE_LISTEN;
    row->has_local = !getsockname(s, (struct sockaddr *)&name, &size) &&
                     facts_from_sockaddr((struct sockaddr *)&name, size, &row->local, &row->local_port);
    size = sizeof name;
    row->has_peer = !getpeername(s, (struct sockaddr *)&name, &size) &&
                    facts_from_sockaddr((struct sockaddr *)&name, size, &row->peer, &row->peer_port);
    int on, length = sizeof on;
    row->keepalive_known = !getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&on, &length);
    enum { TIMES = 1 << SETTING_IDLE | 1 << SETTING_INTERVAL | 1 << SETTING_PROBES };
    row->readable = (apply_readable(s) & TIMES) == TIMES;
    apply_read(s, &row->values);
    return true;
}

static void name_program(HANDLE process, struct row *row)
{
    WCHAR path[LONG_PATH];
    DWORD length = GetProcessImageFileNameW(process, path, LONG_PATH);
    row->program[0] = 0;
    const WCHAR *last = path + length;
    while (last > path && last[-1] != '\\')
        last--;
    WideCharToMultiByte(CP_UTF8, 0, last, -1, row->program, sizeof row->program - 1, NULL, NULL);
}

static bool is_on(const struct row *row, uint16_t port)
{
    return !port || (row->has_local && row->local_port == port) || (row->has_peer && row->peer_port == port);
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
    copying->questions = ask_new(copying->room, sizeof(struct row));
    copying->there = malloc((copying->room + 1) * sizeof *copying->there);
    if (!copying->questions || !copying->there)
        return ERROR_NOT_ENOUGH_MEMORY;
    handles_each(copying->process, copy, copying);
    copying->questions->count = copying->count;
    ask_all(copying->questions, read_row);
    return 0;
}

static void visit_all(const struct copying *copying, struct row *about, uint16_t port,
                      void (*visit)(const struct row *row, void *context), void *context)
{
    const struct questions *questions = copying->questions;
    for (size_t i = 0; i < copying->count; i++) {
        struct row row = ((const struct row *)questions->about)[i];
        row.pid = about->pid;
        row.handle = copying->there[i];
        memcpy(row.program, about->program, sizeof row.program);
        if (questions->answer[i] == ASK_YES && is_on(&row, port))
            visit(&row, context);
        if (questions->answer[i] != ASK_SILENT) /* then it is still being asked */
            CloseHandle(questions->handle[i]);
    }
}

DWORD rows_each(DWORD pid, uint16_t port, void (*visit)(const struct row *row, void *context), void *context)
{
    struct copying copying = {.process = OpenProcess(RIGHTS, FALSE, pid)};
    struct row about = {.pid = pid};
    WSADATA data;
    if (!copying.process)
        return GetLastError();
    name_program(copying.process, &about);
    DWORD error = (DWORD)WSAStartup(MAKEWORD(2, 2), &data);
    if (!error) {
        error = ask_process(&copying);
        visit_all(&copying, &about, port, visit, context);
        WSACleanup();
    }
    CloseHandle(copying.process);
    if (copying.questions)
        ask_free(copying.questions);
    free(copying.there);
    return error;
}
