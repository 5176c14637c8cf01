#include "verify.h"
#include <stdlib.h>
#include <string.h>

bool is_wine(void)
{
    return GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") != NULL;
}

bool is_elevated(void)
{
    HANDLE token;
    DWORD elevated = 0, size;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    GetTokenInformation(token, TokenElevation, &elevated, sizeof elevated, &size);
    CloseHandle(token);
    return elevated;
}

bool may_probe(void)
{
    BOOL guest = FALSE;
    return !is_wine() && is_elevated() && IsWow64Process(GetCurrentProcess(), &guest) && !guest;
}

const char *answer(bool yes)
{
    return yes ? "yes" : "no";
}

const char *expect(bool yes)
{
    return yes ? "yes" : "NO";
}

const char *own_word(void)
{
    return sizeof(void *) == 8 ? "x86_64" : "i686";
}

static const char *beside(const char *format, const char *word)
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
    return beside("\"%s\\%s\\tcpalive.exe\"", word);
}

const char *own(const char *word)
{
    return beside("\"%s\\verify-%s.exe\"", word);
}

/* Reads while the program runs, so that it never waits for room. */
static void collect(HANDLE pipe, HANDLE process, DWORD limit_ms, struct run *run)
{
    DWORD begun = GetTickCount(), used = 0, size, there;
    char more[256];
    run->hung = false;
    for (;;) {
        bool ended = WaitForSingleObject(process, 10) == WAIT_OBJECT_0;
        while (PeekNamedPipe(pipe, NULL, 0, NULL, &there, NULL) && there &&
               ReadFile(pipe, more, there < sizeof more ? there : sizeof more, &size, NULL))
            for (DWORD i = 0; i < size; i++)
                if (more[i] != '\r' && used + 1 < sizeof run->output)
                    run->output[used++] = more[i];
        if (ended)
            break;
        if (GetTickCount() - begun > limit_ms) {
            run->hung = true;
            TerminateProcess(process, 1);
            break;
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
    char copy[2 * LINE_SIZE];
    *run = (struct run){0};
    if (!CreatePipe(&out, &in, &inherited, 65536))
        return false;
    SetHandleInformation(out, HANDLE_FLAG_INHERIT, 0);
    how.hStdInput = nothing;
    how.hStdOutput = how.hStdError = in;
    snprintf(copy, sizeof copy, "%s", line);
    BOOL started = CreateProcessA(NULL, copy, NULL, NULL, TRUE, 0, NULL, NULL, &how, &child);
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

static const struct step *const all_steps[] = {fact_steps,    more_fact_steps, tool_steps, hostile_steps,
                                               console_steps, service_steps,   wire_steps, peer_steps};
static int counts[3]; /* yes and info, no; NO, hung, died; n-a */

static void step_line(const struct step *step)
{
    char line[LINE_SIZE];
    struct run run;
    snprintf(line, sizeof line, "%s step %s", own(own_word()), step->id);
    bool started = run_line(line, STEP_LIMIT_MS, &run);
    const char *said = !started || (run.code && !run.hung) ? "died" : run.hung ? "hung" : run.output;
    char *end = strchr(run.output, '\n');
    if (end)
        *end = 0;
    if (said == run.output)
        printf("%s | %s\n", step->id, said);
    else
        printf("%s | %s | %s: code 0x%lx %s\n", step->id, said, step->what, run.code, run.output);
    bool bad = said != run.output || strncmp(said, "NO ", 3) == 0;
    counts[bad ? 1 : strncmp(said, "n-a", 3) == 0 ? 2 : 0]++;
}

static int one_step(const char *id)
{
    char detail[DETAIL_SIZE] = "";
    for (size_t i = 0; i < sizeof all_steps / sizeof *all_steps; i++)
        for (const struct step *step = all_steps[i]; step->id; step++)
            if (strcmp(step->id, id) == 0) {
                const char *said = step->ask(detail);
                printf("%s | %s%s%s\n", said, step->what, *detail ? ": " : "", detail);
                return 0;
            }
    return 2;
}

static void say_machine(void)
{
    typedef LONG(NTAPI * get_version)(OSVERSIONINFOW *);
    OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
    SYSTEM_INFO system;
    DWORD session = 0;
    ((get_version)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "RtlGetVersion"))(&version);
    GetNativeSystemInfo(&system);
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    printf("# Windows %lu.%lu.%lu, machine %u, %s, %s, session %lu%s\n", version.dwMajorVersion, version.dwMinorVersion,
           version.dwBuildNumber, system.wProcessorArchitecture, own_word(),
           is_elevated() ? "elevated" : "not elevated", session, is_wine() ? ", Wine" : "");
}

static void say_tool(void)
{
    char line[LINE_SIZE];
    struct run run;
    snprintf(line, sizeof line, "%s --version", tool(own_word()));
    printf("# %s", run_line(line, STEP_LIMIT_MS, &run) ? run.output : "no tcpalive.exe beside this program\n");
}

int main(int argc, char **argv)
{
    WSADATA data;
    DWORD begun = GetTickCount();
    setvbuf(stdout, NULL, _IONBF, 0);
    WSAStartup(MAKEWORD(2, 2), &data);
    if (argc > 2 && strcmp(argv[1], "self") == 0)
        return self_main(argc - 2, argv + 2);
    if (argc > 2 && strcmp(argv[1], "step") == 0)
        return one_step(argv[2]);
    if (argc > 2 && strcmp(argv[1], "--peer") == 0)
        SetEnvironmentVariableA("TCPALIVE_VERIFY_PEER", argv[2]);
    say_machine();
    say_tool();
    for (size_t i = 0; i < sizeof all_steps / sizeof *all_steps; i++)
        for (const struct step *step = all_steps[i]; step->id; step++)
            step_line(step);
    service_remove();
    wire_remove();
    printf("# verify: %d answers, %d NO, %d n-a in %lu s\n", counts[0], counts[1], counts[2],
           (GetTickCount() - begun) / 1000);
    return counts[1] != 0;
}
