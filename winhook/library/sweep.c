#include "sweep.h"
#include "cover.h"
#include "in_force.h"
#include "report.h"
#include "winhook/apply.h"
#include "winhook/ask.h"
#include "winhook/facts.h"
#include "winhook/handles.h"
#include <winsock2.h>

/* Handles to be asked about; without questions they are only counted. */
struct gathering {
    struct questions *questions;
    size_t count, room;
};

/* What a program reads its words from is no socket, but what it waits at: nobody asks there. */
static bool is_standard(HANDLE handle)
{
    return handle == GetStdHandle(STD_INPUT_HANDLE) || handle == GetStdHandle(STD_OUTPUT_HANDLE) ||
           handle == GetStdHandle(STD_ERROR_HANDLE);
}

static void gather(HANDLE handle, void *context)
{
    struct gathering *gathering = context;
    if (is_standard(handle) || (gathering->questions && gathering->count == gathering->room))
        return;
    if (gathering->questions)
        gathering->questions->handle[gathering->count] = handle;
    gathering->count++;
}

static bool is_tcp(HANDLE handle, void *about)
{
    (void)about;
    return facts_is_tcp((SOCKET)handle);
}

static size_t count_candidates(void)
{
    struct gathering gathering = {NULL, 0, 0};
    if (!handles_each(GetCurrentProcess(), gather, &gathering))
        report_problem(LEVEL_WARN, "sweep", NULL, "the system does not tell this process's handles", 0);
    return gathering.count;
}

/* The answers about all handles that may be sockets; NULL without any. */
static struct questions *find_sockets(void)
{
    enum { SPARE = 64 }; /* for those that are made meanwhile */
    size_t room = count_candidates();
    struct gathering gathering = {room ? ask_new(room + SPARE, 0) : NULL, 0, room + SPARE};
    if (!gathering.questions)
        return NULL;
    handles_each(GetCurrentProcess(), gather, &gathering);
    gathering.questions->count = gathering.count;
    ask_all(gathering.questions, is_tcp);
    return gathering.questions;
}

static void report_silence(const struct questions *questions)
{
    unsigned silent = 0;
    for (size_t i = 0; i < questions->count; i++)
        silent += questions->answer[i] == ASK_SILENT;
    if (!silent || !report_wants(LEVEL_DEBUG))
        return;
    char number[16], line[160];
    struct text count = text_in(number, sizeof number), text = text_in(line, sizeof line);
    text_add_number(&count, silent);
    text_complain(&text, "sweep", number, "as many handles did not say what they are; the rest was looked at");
    report_line(LEVEL_DEBUG, line);
}

static void note_listener(SOCKET s)
{
    struct facts facts;
    if (facts_role(s) != ROLE_LISTEN)
        return;
    facts_read(s, ROLE_LISTEN, &facts);
    cover_note_port(facts.port);
}

/* Listeners first: by their ports it is known what was accepted. */
void sweep_look(void (*visit)(SOCKET s, void *context), void *context)
{
    struct questions *questions = find_sockets();
    if (!questions)
        return;
    for (size_t i = 0; i < questions->count; i++)
        if (questions->answer[i] == ASK_YES)
            note_listener((SOCKET)questions->handle[i]);
    for (size_t i = 0; i < questions->count; i++)
        if (questions->answer[i] == ASK_YES)
            visit((SOCKET)questions->handle[i], context);
    report_silence(questions);
    ask_free(questions);
}

/* What the program may have set by itself is weighed against the policy, but not before it is known what it is for. */
enum cover_outcome sweep_cover(SOCKET s, bool repeated)
{
    struct facts facts;
    struct socket_values now;
    apply_read(s, &now);
    if (now.keepalive && repeated)
        return COVER_LEFT;
    cover_find(s, &facts);
    if (now.keepalive && in_force()->mode != MODE_ENFORCE && facts.role == ROLE_MADE)
        return COVER_LEFT;
    return cover_socket(s, &facts);
}

static void visit_first(SOCKET s, void *unused)
{
    (void)unused;
    sweep_cover(s, false);
}

static void visit_again(SOCKET s, void *unused)
{
    (void)unused;
    sweep_cover(s, true);
}

/* One thread repeats: a later attach takes over from an earlier one. */
static volatile LONG turn;

struct rounds {
    LONG own_turn; /* 0: one round only */
    int first;
};

static DWORD run(struct rounds rounds)
{
    static const DWORD waits[] = {0, 1000, 4000, 30000};
    enum { LAST = sizeof waits / sizeof *waits - 1 };
    for (int round = rounds.first; !rounds.own_turn || turn == rounds.own_turn; round++) {
        Sleep(waits[round < LAST ? round : LAST]);
        sweep_look(round ? visit_again : visit_first, NULL);
        if (!rounds.own_turn)
            break;
    }
    return 0;
}

static DWORD WINAPI run_all(void *own_turn)
{
    return run((struct rounds){(LONG)(LONG_PTR)own_turn, 0});
}

static DWORD WINAPI run_later(void *own_turn)
{
    return run((struct rounds){(LONG)(LONG_PTR)own_turn, 1});
}

void sweep_end(void)
{
    InterlockedIncrement(&turn);
}

void sweep_begin(enum sweep_kind kind)
{
    DWORD error = GetLastError();
    if (kind == SWEEP_INHERITED && !count_candidates())
        return;
    LONG own_turn = kind == SWEEP_INHERITED ? 0 : InterlockedIncrement(&turn);
    HANDLE thread =
        CreateThread(NULL, 0, kind == SWEEP_LATER ? run_later : run_all, (void *)(LONG_PTR)own_turn, 0, NULL);
    if (thread)
        CloseHandle(thread);
    else
        report_problem(LEVEL_WARN, "sweep", NULL, "no thread for it", GetLastError());
    SetLastError(error);
}
