/*
 * What needs a console of its own. One is closed while a program under tcpalive still has to save something: a pseudo
 * console, which Windows has since 10 1809. On another one stands what the code page has no letters for.
 */
#include "run.h"
#include "self.h"
#include <string.h>

#define SAVED_EVENT "tcpalive-verify-saved"
enum { SAVES_MS = 1000, WAIT_MS = 10000, PSEUDO_CONSOLE = 0x20016 };

typedef HRESULT(WINAPI *create_console)(COORD, HANDLE, HANDLE, DWORD, void **);
typedef void(WINAPI *close_console)(void *);

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
        return cannot(detail, "Wine closes no pseudo console");
    snprintf(bare, sizeof bare, "%s self closing", own(own_word()));
    snprintf(ours, sizeof ours, "%s " KIT_RUN " %s self closing", tool(own_word()), own(own_word()));
    int alone = saves(bare), under = alone == 1 ? saves(ours) : -1;
    sprintf(detail, "bare %d, under tcpalive %d", alone, under);
    return alone == 1 ? expect(under == 1) : "n-a";
}

/* Has a console. Does a question to it wait while it is being read? Ends with 1 or 0. */
void self_question(void)
{
    HANDLE console = console_being_read();
    TerminateProcess(GetCurrentProcess(), console == INVALID_HANDLE_VALUE ? SELF_NO_CONSOLE : question_waits(console));
}

#define LETTERS L"\u043f\u0440\u0438\u0432\u0435\u0442"
enum { LATIN = 850, COLUMNS = 200, ROWS = 50 };

static bool console_has(const WCHAR *text)
{
    static WCHAR screen[COLUMNS * ROWS + 1];
    DWORD count = 0;
    HANDLE console = CreateFileA("CONOUT$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                 OPEN_EXISTING, 0, NULL);
    ReadConsoleOutputCharacterW(console, screen, COLUMNS * ROWS, (COORD){0, 0}, &count);
    screen[count] = 0;
    return wcsstr(screen, text) != NULL;
}

/* Has a console, of a Latin code page. There tcpalive complains of a program with a Russian name. */
void self_letters(void)
{
    WCHAR line[LINE_SIZE];
    STARTUPINFOW how = {.cb = sizeof how};
    PROCESS_INFORMATION child;
    MultiByteToWideChar(CP_ACP, 0, tool(own_word()), -1, line, LINE_SIZE);
    wcscat(line, L" run -- " LETTERS);
    if (!SetConsoleOutputCP(LATIN) || !CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &how, &child))
        ExitProcess(SELF_NO_CONSOLE);
    wait_for(child.hProcess, WAIT_MS);
    ExitProcess(console_has(LETTERS) ? SELF_COVERED : 0);
}

/* `self WAY` on a console of its own: how it ends; -1 with the reason where there is none. */
static int on_console(const char *way, char *detail)
{
    char line[LINE_SIZE];
    struct beside program;
    snprintf(line, sizeof line, "%s self %s", own(own_word()), way);
    if (!beside_start(line, CREATE_NEW_CONSOLE, &program)) {
        cannot(detail, "no console can be made");
        return -1;
    }
    DWORD code = beside_end(&program);
    if (code == SELF_NO_CONSOLE)
        cannot(detail, "no console can be made");
    return code == SELF_NO_CONSOLE ? -1 : (int)code;
}

static const char *console_waits(char *detail)
{
    int waits = on_console("question", detail);
    return waits < 0 ? "n-a" : answer(waits);
}

static const char *console_letters(char *detail)
{
    int code = on_console("letters", detail);
    return code < 0 ? "n-a" : expect(code == SELF_COVERED);
}

const struct step console_steps[] = {
    {"A18", "a question to a console that is being read waits", console_waits},
    {"B5.close", "a program may save when its console is closed", console_closed},
    {"B17", "a console shows letters that its code page has not", console_letters},
    {0},
};
