/*
 * Part B, what is hard: a running program with a crowd of sockets behind a handle that does not answer, children under
 * policies of the system, .NET Framework, another processor.
 */
#include "verify.h"
#include <string.h>

static const char *attach_many(char *detail)
{
    HANDLE ready = CreateEventA(NULL, TRUE, FALSE, "tcpalive-verify-ready");
    STARTUPINFOA how = {.cb = sizeof how};
    PROCESS_INFORMATION child;
    char line[LINE_SIZE];
    struct run run = {0};
    DWORD code = 0;
    snprintf(line, sizeof line, "%s self many", own(own_word()));
    if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &how, &child))
        return "NO";
    WaitForSingleObject(ready, 10000);
    snprintf(line, sizeof line, "%s attach --idle 37s %lu", tool(own_word()), child.dwProcessId);
    bool attached = run_line(line, STEP_LIMIT_MS / 2, &run) && !run.code;
    if (WaitForSingleObject(child.hProcess, 15000) == WAIT_OBJECT_0)
        GetExitCodeProcess(child.hProcess, &code);
    else
        TerminateProcess(child.hProcess, 1);
    if (!attached || code != SELF_COVERED)
        snprintf(detail, DETAIL_SIZE, "attach 0x%lx, program 0x%lx: %.200s", run.code, code, run.output);
    return expect(attached && code == SELF_COVERED);
}

/*
 * A child that loads no unsigned library, or may make no page executable, or must not touch a wrong handle:
 * it must run.
 */
static const char *with_policy(DWORD64 policy, char *detail)
{
    char line[LINE_SIZE];
    struct run run;
    if (is_wine())
        return "n-a";
    snprintf(line, sizeof line, "%s " KIT_RUN " %s self child %s 0x%llx", tool(own_word()), own(own_word()), own_word(),
             (unsigned long long)policy);
    bool ran = run_line(line, STEP_LIMIT_MS / 2, &run) && !run.code && strstr(run.output, "keepalive ");
    snprintf(detail, DETAIL_SIZE, "code 0x%lx: %.200s", run.code, run.output);
    return expect(ran);
}

static const char *signed_only(char *detail)
{
    return with_policy(1ULL << 44,
                       detail); /* PROCESS_CREATION_MITIGATION_POLICY_BLOCK_NON_MICROSOFT_BINARIES_ALWAYS_ON */
}

static const char *no_dynamic_code(char *detail)
{
    return with_policy(1ULL << 36, detail); /* PROCESS_CREATION_MITIGATION_POLICY_PROHIBIT_DYNAMIC_CODE_ALWAYS_ON */
}

static const char *strict_handles(char *detail)
{
    return with_policy(1ULL << 24, detail); /* PROCESS_CREATION_MITIGATION_POLICY_STRICT_HANDLE_CHECKS_ALWAYS_ON */
}

/* A real .NET Framework program, made by the compiler that every Windows has. */
static const char *dot_net(char *detail)
{
    static const char source[] =
        "class P { static void Main() { System.Threading.Thread.Sleep(1500); var s = new System.Net.Sockets.Socket("
        "System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, "
        "System.Net.Sockets.ProtocolType.Tcp); System.Console.WriteLine(\"keepalive {0} idle -1\", "
        "(int)s.GetSocketOption(System.Net.Sockets.SocketOptionLevel.Socket, "
        "System.Net.Sockets.SocketOptionName.KeepAlive)); } }";
    char windows[MAX_PATH], folder[MAX_PATH], line[2 * LINE_SIZE], path[MAX_PATH + 32];
    struct run run;
    GetWindowsDirectoryA(windows, MAX_PATH);
    GetTempPathA(MAX_PATH, folder);
    snprintf(path, sizeof path, "%stcpalive-verify.cs", folder);
    FILE *file = is_wine() ? NULL : fopen(path, "w");
    if (!file)
        return "n-a";
    fputs(source, file);
    fclose(file);
    snprintf(line, sizeof line,
             "\"%s\\Microsoft.NET\\Framework%s\\v4.0.30319\\csc.exe\" /nologo /platform:%s "
             "/out:\"%stcpalive-verify-net.exe\" \"%s\"",
             windows, sizeof(void *) == 8 ? "64" : "", sizeof(void *) == 8 ? "x64" : "x86", folder, path);
    bool made = run_line(line, STEP_LIMIT_MS / 2, &run) && !run.code;
    DeleteFileA(path);
    if (!made) {
        snprintf(detail, DETAIL_SIZE, "no compiler: %.200s", run.output);
        return "n-a";
    }
    snprintf(line, sizeof line, "%s " KIT_RUN " \"%stcpalive-verify-net.exe\"", tool(own_word()), folder);
    const char *said = policy_of(line, detail);
    snprintf(path, sizeof path, "%stcpalive-verify-net.exe", folder);
    DeleteFileA(path);
    return said;
}

/* The machine in a program's header, 0 when it cannot be read. */
static WORD machine_of(const char *path)
{
    IMAGE_DOS_HEADER dos;
    DWORD signature;
    IMAGE_FILE_HEADER header = {0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    if (fread(&dos, sizeof dos, 1, file) != 1 || fseek(file, dos.e_lfanew, SEEK_SET) ||
        fread(&signature, sizeof signature, 1, file) != 1 || fread(&header, sizeof header, 1, file) != 1)
        header.Machine = 0;
    fclose(file);
    return header.Machine;
}

/* attach says that it is for another processor, and the program lives. */
static const char *native_arm64(char *detail)
{
    enum { ARM64 = 0xaa64 };
    char program[MAX_PATH + 32], line[LINE_SIZE];
    STARTUPINFOA how = {.cb = sizeof how};
    PROCESS_INFORMATION child;
    struct run run = {0};
    GetSystemDirectoryA(program, MAX_PATH);
    strcat(program, "\\ping.exe");
    if (is_wine() || machine_of(program) != ARM64)
        return "n-a";
    snprintf(line, sizeof line, "\"%s\" -n 20 127.0.0.1", program);
    if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &how, &child))
        return "n-a";
    Sleep(1000);
    snprintf(line, sizeof line, "%s attach --idle 37s %lu", tool(own_word()), child.dwProcessId);
    bool asked = run_line(line, STEP_LIMIT_MS / 2, &run);
    bool lives = WaitForSingleObject(child.hProcess, 2000) == WAIT_TIMEOUT;
    TerminateProcess(child.hProcess, 0);
    snprintf(detail, DETAIL_SIZE, "code 0x%lx, %s: %.200s", run.code, lives ? "lives" : "ended", run.output);
    return expect(asked && run.code && lives);
}

const struct step hostile_steps[] = {
    {"B3", "attach covers 200 sockets behind a pipe that is being read", attach_many},
    {"B6.signed", "a child that loads signed libraries only runs", signed_only},
    {"B6.code", "a child without dynamic code runs", no_dynamic_code},
    {"B6.handles", "a child with strict handle checks runs", strict_handles},
    {"B7", "run reaches a .NET Framework program", dot_net},
    {"B11", "attach refuses a native ARM64 program, which goes on", native_arm64},
    {0},
};
