/*
 * Part B: tcpalive itself. This program is its own target: it reads its socket's options by calls that nobody answers
 * for the system.
 */
#include "verify.h"
#include <stdlib.h>
#include <string.h>

#define RUN "run --idle 37s --interval 20s --probes 5 --"
enum { IDLE = 37, OPTION_IDLE = 3, STATUS = 0x2a, SOCKETS = 200 };

/* ---- the program under test */

static void say_socket(SOCKET s)
{
    printf("keepalive %d idle %ld\n", keepalive_of(s), tcp_option(s, OPTION_IDLE));
}

static void *extension(SOCKET s, GUID id)
{
    void *found = NULL;
    DWORD size;
    WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &found, sizeof found, &size, NULL, NULL);
    return found;
}

static DWORD WINAPI connect_to(void *port)
{
    struct sockaddr_in name = loopback((int)(INT_PTR)port);
    connect(tcp_socket(), (struct sockaddr *)&name, sizeof name);
    return 0;
}

static void self_server(int ex)
{
    static char room[2 * (sizeof(struct sockaddr_in) + 16)];
    OVERLAPPED pending = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    DWORD size;
    int port;
    SOCKET from = listener(&port), s = ex ? tcp_socket() : INVALID_SOCKET;
    LPFN_ACCEPTEX take = ex ? (LPFN_ACCEPTEX)extension(from, (GUID)WSAID_ACCEPTEX) : NULL;
    if (ex)
        take(from, s, room, 0, sizeof room / 2, sizeof room / 2, &size, &pending);
    CreateThread(NULL, 0, connect_to, (void *)(INT_PTR)port, 0, NULL);
    if (ex) {
        WaitForSingleObject(pending.hEvent, 5000);
        setsockopt(s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (const char *)&from, sizeof from);
    } else {
        s = accept(from, NULL, NULL);
    }
    say_socket(s);
}

static void self_connectex(void)
{
    int port;
    OVERLAPPED pending = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    struct sockaddr_in own_name = loopback(0), name;
    DWORD size;
    SOCKET from = listener(&port), s = tcp_socket();
    name = loopback(port);
    bind(s, (struct sockaddr *)&own_name, sizeof own_name);
    ((LPFN_CONNECTEX)extension(s, (GUID)WSAID_CONNECTEX))(s, (struct sockaddr *)&name, sizeof name, NULL, 0, &size,
                                                          &pending);
    WaitForSingleObject(pending.hEvent, 5000);
    setsockopt(s, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0);
    say_socket(s);
    closesocket(from);
}

static void self_by_name(void)
{
    typedef SOCKET(WSAAPI * make_socket)(int, int, int);
    make_socket make = (make_socket)(void *)GetProcAddress(LoadLibraryA("ws2_32.dll"), "socket");
    say_socket(make(AF_INET, SOCK_STREAM, IPPROTO_TCP));
}

static void self_wsock32(void)
{
    typedef SOCKET(WSAAPI * make_socket)(int, int, int);
    make_socket make = (make_socket)(void *)GetProcAddress(LoadLibraryA("wsock32.dll"), "socket");
    say_socket(make(AF_INET, SOCK_STREAM, IPPROTO_TCP));
}

static HANDLE pipe_end;

static DWORD WINAPI read_for_ever(void *unused)
{
    char c;
    DWORD size;
    (void)unused;
    ReadFile(pipe_end, &c, 1, &size, NULL);
    return 0;
}

/* Many sockets behind a pipe that is being read; how many are covered, once all are or ten seconds have passed. */
static void self_many(void)
{
    static SOCKET sockets[SOCKETS];
    int covered = 0;
    char name[64];
    snprintf(name, sizeof name, "\\\\.\\pipe\\tcpalive-many-%lu", GetCurrentProcessId());
    CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, PIPE_WAIT, 1, 64, 64, 0, NULL);
    pipe_end = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    CreateThread(NULL, 0, read_for_ever, NULL, 0, NULL);
    for (int i = 0; i < SOCKETS; i++)
        sockets[i] = tcp_socket();
    SetEvent(OpenEventA(EVENT_MODIFY_STATE, FALSE, "tcpalive-verify-ready"));
    for (int wait = 0; wait < 100 && covered < SOCKETS; wait++) {
        Sleep(100);
        covered = 0;
        for (int i = 0; i < SOCKETS; i++)
            covered += keepalive_of(sockets[i]) == 1;
    }
    TerminateProcess(GetCurrentProcess(), covered == SOCKETS ? STATUS : 1);
}

/* A child of another word size, or one that was made with a policy. */
static void self_child(const char *word, DWORD64 policy)
{
    SIZE_T size = 0;
    STARTUPINFOEXA how = {.StartupInfo.cb = policy ? sizeof(STARTUPINFOEXA) : sizeof(STARTUPINFOA)};
    PROCESS_INFORMATION child;
    char line[LINE_SIZE];
    DWORD code = 0;
    snprintf(line, sizeof line, "%s self socket", own(word));
    if (policy) {
        InitializeProcThreadAttributeList(NULL, 1, 0, &size);
        how.lpAttributeList = malloc(size);
        InitializeProcThreadAttributeList(how.lpAttributeList, 1, 0, &size);
        UpdateProcThreadAttribute(how.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY, &policy,
                                  sizeof policy, NULL, NULL);
    }
    if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, policy ? EXTENDED_STARTUPINFO_PRESENT : 0, NULL, NULL,
                        &how.StartupInfo, &child))
        exit((int)GetLastError());
    WaitForSingleObject(child.hProcess, 20000);
    GetExitCodeProcess(child.hProcess, &code);
    exit((int)code);
}

int self_main(int argc, char **argv)
{
    const char *way = argv[0];
    if (!strcmp(way, "socket"))
        say_socket(tcp_socket());
    else if (!strcmp(way, "accept") || !strcmp(way, "acceptex"))
        self_server(way[6] != 0);
    else if (!strcmp(way, "connectex"))
        self_connectex();
    else if (!strcmp(way, "byname"))
        self_by_name();
    else if (!strcmp(way, "wsock32"))
        self_wsock32();
    else if (!strcmp(way, "many"))
        self_many();
    else if (!strcmp(way, "exit"))
        ExitProcess((UINT)strtoul(argv[1], NULL, 0));
    else if (!strcmp(way, "child") && argc > 2)
        self_child(argv[1], strtoull(argv[2], NULL, 0));
    return 0;
}

/* ---- the questions */

static const char *policy_of(const char *line, char *detail)
{
    struct run run;
    if (!run_line(line, STEP_LIMIT_MS / 2, &run)) {
        sprintf(detail, "not started, error %lu", GetLastError());
        return "NO";
    }
    const char *said = strstr(run.output, "keepalive ");
    int on = 0, idle = -1;
    if (said)
        sscanf(said, "keepalive %d idle %d", &on, &idle);
    bool covered = said && on == 1 && (idle == IDLE || idle < 0) && !run.hung && !run.code;
    if (!covered)
        snprintf(detail, DETAIL_SIZE, "code 0x%lx%s: %.200s", run.code, run.hung ? ", hung" : "", run.output);
    return expect(covered);
}

static const char *under_run(const char *tool_word, const char *word, const char *way, char *detail)
{
    char line[LINE_SIZE];
    snprintf(line, sizeof line, "%s " RUN " %s self %s", tool(tool_word), own(word), way);
    return policy_of(line, detail);
}

#define WAYS(X) X(socket) X(accept) X(acceptex) X(connectex) X(byname) X(wsock32)
#define X(way)                                                                                                         \
    static const char *run_##way(char *detail)                                                                         \
    {                                                                                                                  \
        return under_run(own_word(), own_word(), #way, detail);                                                        \
    }
WAYS(X)
#undef X

static const char *other_word(void)
{
    return sizeof(void *) == 8 ? "i686" : "x86_64";
}

static const char *run_other(char *detail)
{
    return under_run(own_word(), other_word(), "socket", detail);
}

static const char *run_child(char *detail)
{
    char way[64];
    snprintf(way, sizeof way, "child %s 0", other_word());
    return under_run(own_word(), own_word(), way, detail);
}

static const char *exit_codes(char *detail)
{
    static const DWORD codes[] = {0, 3, 255, 0xc0000005};
    char line[LINE_SIZE];
    struct run run;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        snprintf(line, sizeof line, "%s " RUN " %s self exit 0x%lx", tool(own_word()), own(own_word()), codes[i]);
        if (!run_line(line, STEP_LIMIT_MS / 2, &run) || run.code != codes[i]) {
            snprintf(detail, DETAIL_SIZE, "0x%lx became 0x%lx: %.200s", codes[i], run.code, run.output);
            return "NO";
        }
    }
    return "yes";
}

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
    if (!attached || code != STATUS)
        snprintf(detail, DETAIL_SIZE, "attach 0x%lx, program 0x%lx: %.200s", run.code, code, run.output);
    return expect(attached && code == STATUS);
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
    snprintf(line, sizeof line, "%s " RUN " %s self child %s 0x%llx", tool(own_word()), own(own_word()), own_word(),
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

static const char *whole_list(char *detail)
{
    char line[LINE_SIZE];
    struct run run;
    DWORD begun = GetTickCount();
    snprintf(line, sizeof line, "%s list --json", tool(own_word()));
    bool listed = run_line(line, STEP_LIMIT_MS - 5000, &run) && !run.code && run.output[0] == '[';
    if (!is_wine() || !listed)
        snprintf(detail, DETAIL_SIZE, "%lu ms, code 0x%lx", GetTickCount() - begun, run.code);
    return expect(listed);
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
    snprintf(line, sizeof line, "%s " RUN " \"%stcpalive-verify-net.exe\"", tool(own_word()), folder);
    const char *said = policy_of(line, detail);
    snprintf(path, sizeof path, "%stcpalive-verify-net.exe", folder);
    DeleteFileA(path);
    return said;
}

const struct step tool_steps[] = {
#define X(way) {"B1." #way, "run reaches " #way, run_##way},
    WAYS(X)
#undef X
        {"B3", "attach covers 200 sockets behind a pipe that is being read", attach_many},
    {"B4.run", "run starts the other word size", run_other},
    {"B4.child", "a child of the other word size is followed", run_child},
    {"B5", "exit codes are the program's", exit_codes},
    {"B6.signed", "a child that loads signed libraries only runs", signed_only},
    {"B6.code", "a child without dynamic code runs", no_dynamic_code},
    {"B6.handles", "a child with strict handle checks runs", strict_handles},
    {"B7", "run reaches a .NET Framework program", dot_net},
    {"B10", "list looks through the whole machine", whole_list},
    {0},
};
