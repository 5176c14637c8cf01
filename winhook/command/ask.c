#include "ask.h"
#include <stdlib.h>

/* What one thread and we share. */
struct asking {
    HANDLE asked, answered;
    bool (*question)(HANDLE handle, struct row *row);
    HANDLE handle;
    struct row row;
    bool yes;
};

static DWORD WINAPI answer(void *context)
{
    struct asking *asking = context;
    while (WaitForSingleObject(asking->asked, INFINITE) == WAIT_OBJECT_0) {
        asking->yes = asking->question(asking->handle, &asking->row);
        SetEvent(asking->answered);
    }
    return 0;
}

static struct asking *begin(void)
{
    struct asking *asking = calloc(1, sizeof *asking);
    if (!asking)
        return NULL;
    asking->asked = CreateEventW(NULL, FALSE, FALSE, NULL);
    asking->answered = CreateEventW(NULL, FALSE, FALSE, NULL);
    HANDLE thread = asking->asked && asking->answered ? CreateThread(NULL, 0, answer, asking, 0, NULL) : NULL;
    if (!thread) {
        free(asking);
        return NULL;
    }
    CloseHandle(thread);
    return asking;
}

enum ask_answer ask(bool (*question)(HANDLE handle, struct row *row), HANDLE handle, struct row *row)
{
    static struct asking *asking;
    if (!asking && !(asking = begin()))
        return ASK_NO;
    asking->question = question;
    asking->handle = handle;
    asking->row = *row;
    SetEvent(asking->asked);
    if (WaitForSingleObject(asking->answered, ASK_WAIT_MS) != WAIT_OBJECT_0) {
        asking = NULL;
        return ASK_SILENT;
    }
    *row = asking->row;
    return asking->yes ? ASK_YES : ASK_NO;
}
