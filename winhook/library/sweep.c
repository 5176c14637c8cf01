#include "sweep.h"
#include "cover.h"
#include "report.h"
#include "start.h"
#include "winhook/apply.h"
#include "winhook/facts.h"
#include "winhook/handles.h"
#include <winsock2.h>

/* Visits the TCP sockets whose handles are no higher than the limit, and tells the highest; 0: there is none. */
static ULONG_PTR each_socket(ULONG_PTR limit, void (*visit)(SOCKET s, bool repeated), bool repeated)
{
    ULONG_PTR highest = 0;
    for (SOCKET s = HANDLES_STEP; s <= limit; s += HANDLES_STEP)
        if (handles_is_socket((HANDLE)s) && facts_is_tcp(s)) {
            visit(s, repeated);
            highest = s;
        }
    return highest;
}

static void note_listener(SOCKET s, bool repeated)
{
    struct facts facts;
    (void)repeated;
    if (facts_role(s) != ROLE_LISTEN)
        return;
    facts_read(s, ROLE_LISTEN, &facts);
    cover_note_port(facts.port);
}

/* Setting the times anew starts the wait for the first probe anew on some systems: later rounds leave alone
 * what has keepalive, and the first does where the program may have set it by itself. */
static void cover_if_new(SOCKET s, bool repeated)
{
    struct facts facts;
    struct socket_values now;
    apply_read(s, &now);
    if (now.keepalive && (repeated || start_policy()->mode != MODE_ENFORCE))
        return;
    cover_find(s, &facts);
    cover(s, &facts);
}

/* One thread repeats: a later attach takes over from an earlier one. */
static volatile LONG turn;

static DWORD WINAPI run(void *own_turn)
{
    static const DWORD waits[] = {0, 1000, 4000, 30000};
    enum { LAST = sizeof waits / sizeof *waits - 1 };
    for (int round = 0; !own_turn || turn == (LONG)(LONG_PTR)own_turn; round++) {
        Sleep(waits[round < LAST ? round : LAST]);
        ULONG_PTR highest = each_socket(handles_limit(GetCurrentProcess()), note_listener, false);
        each_socket(highest, cover_if_new, round > 0);
        if (!own_turn)
            break;
    }
    return 0;
}

void sweep_begin(enum sweep_kind kind)
{
    DWORD error = GetLastError();
    LONG own_turn = kind == SWEEP_ATTACHED ? InterlockedIncrement(&turn) : 0;
    HANDLE thread = CreateThread(NULL, 0, run, (void *)(LONG_PTR)own_turn, 0, NULL);
    if (thread)
        CloseHandle(thread);
    else
        report_problem(LEVEL_WARN, "sweep", NULL, "no thread for it", GetLastError());
    SetLastError(error);
}
