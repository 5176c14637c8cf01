#include "run.h"
#include <string.h>

const char *own_word(void)
{
    return sizeof(void *) == 8 ? "x86_64" : "i686";
}

const char *other_word(void)
{
    return sizeof(void *) == 8 ? "i686" : "x86_64";
}

static const char *beside_us(const char *format, const char *word)
{
    static char lines[4][MAX_PATH + 64];
    static int next;
    char folder[MAX_PATH], *line = lines[next++ % 4];
    GetModuleFileNameA(NULL, folder, MAX_PATH);
    *strrchr(folder, '\\') = 0;
    snprintf(line, sizeof lines[0], format, folder, word);
    return line;
}

const char *tool(const char *word)
{
    return beside_us("\"%s\\%s\\tcpalive.exe\"", word);
}

const char *own(const char *word)
{
    return beside_us("\"%s\\verify-%s.exe\"", word);
}

const char *older_tool(void)
{
    return beside_us("\"%s\\older\\%s\\tcpalive.exe\"", own_word());
}

const char *library(const char *way)
{
    static char kind[64];
    snprintf(kind, sizeof kind, "%s-%s", way, own_word());
    return beside_us("%s\\verify-%s.dll", kind);
}

static DWORD patience(DWORD limit_ms)
{
    return is_wine() ? 4 * limit_ms : limit_ms;
}

bool wait_for(HANDLE what, DWORD limit_ms)
{
    return WaitForSingleObject(what, patience(limit_ms)) == WAIT_OBJECT_0;
}

/* Wine on a busy machine loses a program now and then while it starts, and answers ERROR_INTERNAL_ERROR. */
static bool start(const char *line, BOOL inherit, DWORD flags, STARTUPINFOA *how, PROCESS_INFORMATION *child)
{
    char copy[2 * LINE_SIZE];
    for (int attempt = 0; attempt < 5; attempt++) {
        snprintf(copy, sizeof copy, "%s", line);
        if (CreateProcessA(NULL, copy, NULL, NULL, inherit, flags, NULL, NULL, how, child))
            return true;
        if (GetLastError() != ERROR_INTERNAL_ERROR)
            break;
    }
    return false;
}

/* Reads while the program runs, so that it never waits for room. */
static void collect(HANDLE pipe, HANDLE process, DWORD limit_ms, struct run *run)
{
    DWORD begun = GetTickCount(), used = 0, size, there;
    char more[256];
    for (bool ended = false; !ended;) {
        ended = WaitForSingleObject(process, 10) == WAIT_OBJECT_0;
        while (PeekNamedPipe(pipe, NULL, 0, NULL, &there, NULL) && there &&
               ReadFile(pipe, more, there < sizeof more ? there : sizeof more, &size, NULL))
            for (DWORD i = 0; i < size; i++)
                if (more[i] != '\r' && used + 1 < sizeof run->output)
                    run->output[used++] = more[i];
        if (!ended && GetTickCount() - begun > patience(limit_ms)) {
            run->hung = ended = true;
            TerminateProcess(process, 1);
        }
    }
    run->output[used] = 0;
}

bool run_line(const char *line, DWORD limit_ms, struct run *run)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    STARTUPINFOA how = {.cb = sizeof how, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION child;
    HANDLE out, in, nothing = CreateFileA("NUL", GENERIC_READ, FILE_SHARE_READ, &inherited, OPEN_EXISTING, 0, NULL);
    *run = (struct run){0};
    if (!CreatePipe(&out, &in, &inherited, 65536))
        return false;
    SetHandleInformation(out, HANDLE_FLAG_INHERIT, 0);
    how.hStdInput = nothing;
    how.hStdOutput = how.hStdError = in;
    bool started = start(line, TRUE, 0, &how, &child);
    CloseHandle(in);
    CloseHandle(nothing);
    if (started) {
        collect(out, child.hProcess, limit_ms, run);
        GetExitCodeProcess(child.hProcess, &run->code);
        CloseHandle(child.hThread);
        CloseHandle(child.hProcess);
    }
    CloseHandle(out);
    return started;
}

void run_tell(const struct run *run, char *detail)
{
    snprintf(detail, DETAIL_SIZE, "code 0x%lx%s: %.200s", run->code, run->hung ? ", hung" : "", run->output);
}

bool beside_start(const char *line, DWORD flags, struct beside *program)
{
    STARTUPINFOA how = {.cb = sizeof how, .dwFlags = STARTF_USESHOWWINDOW, .wShowWindow = SW_HIDE};
    PROCESS_INFORMATION child;
    program->ready = CreateEventA(NULL, TRUE, FALSE, READY_EVENT);
    program->go = CreateEventA(NULL, TRUE, FALSE, GO_EVENT);
    if (!start(line, FALSE, flags, &how, &child))
        return false;
    CloseHandle(child.hThread);
    program->process = child.hProcess;
    program->pid = child.dwProcessId;
    return true;
}

bool beside_ready(struct beside *program)
{
    HANDLE either[] = {program->ready, program->process};
    return WaitForMultipleObjects(2, either, FALSE, patience(10000)) == WAIT_OBJECT_0;
}

void tell(const char *event)
{
    HANDLE waited_for = OpenEventA(EVENT_MODIFY_STATE, FALSE, event);
    if (!waited_for)
        return;
    SetEvent(waited_for);
    CloseHandle(waited_for);
}

DWORD beside_end(struct beside *program)
{
    DWORD code = 1;
    if (!wait_for(program->process, STEP_LIMIT_MS / 2))
        TerminateProcess(program->process, code);
    GetExitCodeProcess(program->process, &code);
    CloseHandle(program->process);
    CloseHandle(program->ready);
    CloseHandle(program->go);
    return code;
}

bool attach(const char *command, const char *settings, DWORD pid, struct run *run)
{
    char line[LINE_SIZE];
    snprintf(line, sizeof line, "%s attach %s %lu", command, settings, pid);
    return run_line(line, STEP_LIMIT_MS / 2, run) && !run->code;
}
