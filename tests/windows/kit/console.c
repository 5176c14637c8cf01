/*
 * Part B5: the console is closed while a program under tcpalive still has to save something: by a pseudo console, which
 * Windows has since 10 1809.
 */
#include "verify.h"
#include <string.h>

#define READY_EVENT "tcpalive-verify-console"
#define SAVED_EVENT "tcpalive-verify-saved"
enum { SAVES_MS = 1000, WAIT_MS = 10000, PSEUDO_CONSOLE = 0x20016 };

typedef HRESULT(WINAPI *create_console)(COORD, HANDLE, HANDLE, DWORD, void **);
typedef void(WINAPI *close_console)(void *);

static void tell(const char *name)
{
    SetEvent(OpenEventA(EVENT_MODIFY_STATE, FALSE, name));
}

static BOOL WINAPI save(DWORD event)
{
    if (event == CTRL_CLOSE_EVENT) {
        Sleep(SAVES_MS);
        tell(SAVED_EVENT);
    }
    return TRUE;
}

void self_closing(void)
{
    SetConsoleCtrlHandler(save, TRUE);
    tell(READY_EVENT);
    Sleep(2 * WAIT_MS);
}

static DWORD WINAPI drain(void *pipe)
{
    char bytes[512];
    DWORD size;
    while (ReadFile(pipe, bytes, sizeof bytes, &size, NULL))
        ;
    return 0;
}

/* Starts it there. False when it cannot be. */
static bool start_on(void *console, char *line, PROCESS_INFORMATION *child)
{
    STARTUPINFOEXA how = {.StartupInfo.cb = sizeof how};
    static char room[256];
    SIZE_T size = sizeof room;
    how.lpAttributeList = (void *)room;
    return InitializeProcThreadAttributeList(how.lpAttributeList, 1, 0, &size) &&
           UpdateProcThreadAttribute(how.lpAttributeList, 0, PSEUDO_CONSOLE, console, sizeof console, NULL, NULL) &&
           CreateProcessA(NULL, line, NULL, NULL, FALSE, EXTENDED_STARTUPINFO_PRESENT, NULL, NULL, &how.StartupInfo,
                          child);
}

/* Does the program of this line save when its console is closed? -1: it cannot be tried. */
static int saves(char *line)
{
    HMODULE kernel = GetModuleHandleA("kernel32.dll");
    create_console create = (create_console)(void *)GetProcAddress(kernel, "CreatePseudoConsole");
    close_console close = (close_console)(void *)GetProcAddress(kernel, "ClosePseudoConsole");
    HANDLE in, in_end, out, out_end, ready = CreateEventA(NULL, TRUE, FALSE, READY_EVENT),
                                     saved = CreateEventA(NULL, TRUE, FALSE, SAVED_EVENT);
    PROCESS_INFORMATION child;
    void *console;
    ResetEvent(ready);
    ResetEvent(saved);
    if (!create || !close || !CreatePipe(&in, &in_end, NULL, 0) || !CreatePipe(&out, &out_end, NULL, 0) ||
        create((COORD){80, 25}, in, out_end, 0, &console) < 0)
        return -1;
    CreateThread(NULL, 0, drain, out, 0, NULL); /* closing waits until all was read */
    if (!start_on(console, line, &child))
        return -1;
    bool began = WaitForSingleObject(ready, WAIT_MS) == WAIT_OBJECT_0;
    close(console);
    bool did = began && WaitForSingleObject(saved, WAIT_MS / 2) == WAIT_OBJECT_0;
    TerminateProcess(child.hProcess, 1);
    return did;
}

static const char *console_closed(char *detail)
{
    char bare[LINE_SIZE], ours[LINE_SIZE];
    if (is_wine())
        return "n-a";
    snprintf(bare, sizeof bare, "%s self closing", own(own_word()));
    snprintf(ours, sizeof ours, "%s " KIT_RUN " %s self closing", tool(own_word()), own(own_word()));
    int alone = saves(bare), under = alone == 1 ? saves(ours) : -1;
    sprintf(detail, "bare %d, under tcpalive %d", alone, under);
    return alone == 1 ? expect(under == 1) : "n-a";
}

const struct step console_steps[] = {
    {"B5.close", "a program may save when its console is closed", console_closed},
    {0},
};
