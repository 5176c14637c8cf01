#include "ask.h"

enum { SILENT_MAX = 64, STEP_MS = 20 };

/* Shared by whoever asks and by the threads, and freed by the last. */
struct round {
    struct questions questions; /* what the caller knows of it */
    bool (*question)(HANDLE handle, void *about);
    volatile LONG users;
};

/* One thread's part of a round. */
struct asker {
    struct round *round;
    HMODULE code; /* held until the thread has left it */
    HANDLE done;
    volatile LONG at, users;
    volatile LONG left; /* where it was left behind, counted from 1; 0: not */
};

/* Handles that have not answered yet. */
static HANDLE volatile silent[SILENT_MAX];

static bool is_silent(HANDLE handle)
{
    for (int i = 0; i < SILENT_MAX; i++)
        if (silent[i] == handle)
            return true;
    return false;
}

static bool exchange_silent(HANDLE from, HANDLE to)
{
    for (int i = 0; i < SILENT_MAX; i++)
        if (InterlockedCompareExchangePointer((void *volatile *)&silent[i], to, from) == from)
            return true;
    return false;
}

static void release_round(struct round *round)
{
    if (!InterlockedDecrement(&round->users))
        VirtualFree(round, 0, MEM_RELEASE);
}

static void release_asker(struct asker *asker)
{
    if (InterlockedDecrement(&asker->users))
        return;
    CloseHandle(asker->done);
    release_round(asker->round);
    VirtualFree(asker, 0, MEM_RELEASE);
}

struct questions *ask_new(size_t count, size_t size)
{
    size_t room = sizeof(struct round) + count * (sizeof(HANDLE) + size + 1);
    struct round *round = VirtualAlloc(NULL, room, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (!round)
        return NULL;
    round->users = 1;
    round->questions.count = count;
    round->questions.size = size;
    round->questions.handle = (HANDLE *)(round + 1);
    round->questions.about = (BYTE *)(round->questions.handle + count);
    round->questions.answer = round->questions.about + count * size;
    return &round->questions;
}

void ask_free(struct questions *questions)
{
    release_round((struct round *)questions);
}

/* An answer is given once: by the thread that asks, or by the one that has waited for it long enough. */
static bool give(struct questions *questions, LONG at, enum ask_answer answer)
{
    return __sync_bool_compare_and_swap(&questions->answer[at], (BYTE)ASK_NOT_YET, (BYTE)answer);
}

static DWORD WINAPI answer(void *context)
{
    struct asker *asker = context;
    struct questions *questions = &asker->round->questions;
    for (LONG i = asker->at; i < (LONG)questions->count; i++) {
        InterlockedExchange(&asker->at, i);
        if (asker->left == i + 1) { /* before it had begun: the handle is not to blame */
            exchange_silent(questions->handle[i], NULL);
            break;
        }
        if (questions->answer[i] != ASK_NOT_YET)
            continue;
        bool yes = asker->round->question(questions->handle[i], questions->about + (size_t)i * questions->size);
        if (!give(questions, i, yes ? ASK_YES : ASK_NO)) { /* left behind */
            exchange_silent(questions->handle[i], NULL);
            break;
        }
    }
    HMODULE code = asker->code;
    SetEvent(asker->done);
    release_asker(asker);
    FreeLibraryAndExitThread(code, 0);
}

static struct asker *begin(struct round *round, LONG at)
{
    struct asker *asker = VirtualAlloc(NULL, sizeof *asker, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (!asker)
        return NULL;
    *asker = (struct asker){.round = round, .done = CreateEventW(NULL, TRUE, FALSE, NULL), .at = at, .users = 2};
    GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (const char *)&answer, &asker->code);
    HANDLE thread = asker->done ? CreateThread(NULL, 0, answer, asker, 0, NULL) : NULL;
    if (!thread) {
        if (asker->done)
            CloseHandle(asker->done);
        FreeLibrary(asker->code);
        VirtualFree(asker, 0, MEM_RELEASE);
        return NULL;
    }
    InterlockedIncrement(&round->users);
    CloseHandle(thread);
    return asker;
}

/* Waits until the thread is through, or has got no further for the time of one answer: then `at` is where it is. */
static bool is_through(const struct asker *asker, LONG *at)
{
    for (int steps = 0; steps * STEP_MS < ASK_WAIT_MS; steps++) {
        *at = asker->at;
        if (WaitForSingleObject(asker->done, STEP_MS) == WAIT_OBJECT_0)
            return true;
        if (asker->at != *at)
            steps = 0;
    }
    return false;
}

static bool leave_behind(struct asker *asker, LONG at)
{
    struct questions *questions = &asker->round->questions;
    exchange_silent(NULL, questions->handle[at]);
    InterlockedExchange(&asker->left, at + 1);
    if (give(questions, at, ASK_SILENT))
        return true;
    InterlockedExchange(&asker->left, 0);
    exchange_silent(questions->handle[at], NULL);
    return false;
}

void ask_all(struct questions *questions, bool (*question)(HANDLE handle, void *about))
{
    struct round *round = (struct round *)questions;
    round->question = question;
    for (size_t i = 0; i < questions->count; i++)
        if (is_silent(questions->handle[i]))
            questions->answer[i] = ASK_SILENT;
    for (LONG at = 0; at < (LONG)questions->count && is_silent(NULL); at++) { /* not with that many in waiting */
        struct asker *asker = begin(round, at);
        if (!asker)
            return;
        bool through;
        do
            through = is_through(asker, &at);
        while (!through && !leave_behind(asker, at));
        release_asker(asker);
        if (through)
            return;
    }
}
