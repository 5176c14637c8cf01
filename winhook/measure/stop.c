#include "stop.h"
#include <windows.h>

/* The system itself waits 5 s. */
enum { PRINTS_WITHIN_MS = 4500 };

static volatile LONG asked;

/*
 * At the end of the console or the session the process ends when this returns (Microsoft: CTRL_CLOSE_EVENT): it waits
 * until what is known was printed, when the process ends by itself.
 */
static BOOL WINAPI stop(DWORD event)
{
    InterlockedExchange(&asked, 1);
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        Sleep(PRINTS_WITHIN_MS);
    return TRUE;
}

void stop_begin(void)
{
    SetConsoleCtrlHandler(stop, TRUE);
}

bool stop_asked(void)
{
    return InterlockedCompareExchange(&asked, 0, 0) != 0;
}
