#include "rows.h"
#include "ask.h"
#include "winhook/apply.h"
#include "winhook/facts.h"
#include "winhook/handles.h"
#include <stdlib.h>

enum { RIGHTS = PROCESS_DUP_HANDLE | PROCESS_QUERY_INFORMATION, PATH_ROOM = 1024 };

static bool read_row(HANDLE handle, struct row *row)
{
    SOCKET s = (SOCKET)handle;
    struct sockaddr_storage name;
    int size = sizeof name;
    if (!handles_is_socket(handle) || !facts_is_tcp(s))
        return false;
    row->listening = facts_role(s) == ROLE_LISTEN;
    row->has_local = !getsockname(s, (struct sockaddr *)&name, &size) &&
                     facts_address((struct sockaddr *)&name, size, &row->local, &row->local_port);
    size = sizeof name;
    row->has_peer = !getpeername(s, (struct sockaddr *)&name, &size) &&
                    facts_address((struct sockaddr *)&name, size, &row->peer, &row->peer_port);
    int on, length = sizeof on;
    row->keepalive_known = !getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&on, &length);
    row->readable = apply_readable(s);
    apply_read(s, &row->values);
    return true;
}

static void name_program(HANDLE process, struct row *row)
{
    WCHAR path[PATH_ROOM];
    DWORD length = PATH_ROOM;
    row->program[0] = 0;
    if (!QueryFullProcessImageNameW(process, 0, path, &length))
        return;
    const WCHAR *last = path + length;
    while (last > path && last[-1] != '\\')
        last--;
    WideCharToMultiByte(CP_UTF8, 0, last, -1, row->program, sizeof row->program - 1, NULL, NULL);
}

static bool is_on(const struct row *row, uint16_t port)
{
    return !port || (row->has_local && row->local_port == port) || (row->has_peer && row->peer_port == port);
}

struct copy {
    ULONG_PTR there;
    HANDLE here;
};

/* Copies of all handles that may be sockets, to be freed; `count` of them. */
static struct copy *copy_handles(HANDLE process, size_t *count)
{
    struct copy *copies = NULL;
    size_t room = 0;
    ULONG_PTR limit = handles_limit(process);
    *count = 0;
    for (ULONG_PTR there = HANDLES_STEP; there <= limit; there += HANDLES_STEP) {
        HANDLE here;
        if (!DuplicateHandle(process, (HANDLE)there, GetCurrentProcess(), &here, 0, FALSE, DUPLICATE_SAME_ACCESS))
            continue;
        if (*count == room) {
            room = room ? 2 * room : 256;
            struct copy *more = realloc(copies, room * sizeof *copies);
            if (!more) {
                CloseHandle(here);
                break;
            }
            copies = more;
        }
        if (handles_may_be_socket(here))
            copies[(*count)++] = (struct copy){there, here};
        else
            CloseHandle(here);
    }
    return copies;
}

DWORD rows_each(DWORD pid, uint16_t port, void (*visit)(const struct row *row, void *context), void *context)
{
    HANDLE process = OpenProcess(RIGHTS, FALSE, pid);
    struct row row = {.pid = pid};
    WSADATA data;
    size_t count;
    if (!process)
        return GetLastError();
    name_program(process, &row);
    struct copy *copies = copy_handles(process, &count);
    CloseHandle(process);
    DWORD error = (DWORD)WSAStartup(MAKEWORD(2, 2), &data);
    for (size_t i = 0; i < count; i++) {
        row.handle = copies[i].there;
        enum ask_answer answer = error ? ASK_NO : ask(read_row, copies[i].here, &row);
        if (answer == ASK_YES && is_on(&row, port))
            visit(&row, context);
        if (answer != ASK_SILENT)
            CloseHandle(copies[i].here);
    }
    if (!error)
        WSACleanup();
    free(copies);
    return error;
}
