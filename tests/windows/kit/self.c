/*
 * The program under test: what this program does as its own target. It reads its socket's options by calls that nobody
 * answers for the system.
 */
#include "verify.h"
#include <stdlib.h>
#include <string.h>

enum { OPTION_IDLE = 3, SOCKETS = 200 };

static void say_socket(SOCKET s)
{
    printf("keepalive %d idle %ld\n", keepalive_of(s), tcp_option(s, OPTION_IDLE));
}

static DWORD WINAPI read_for_ever(void *end)
{
    char c;
    DWORD size;
    ReadFile(end, &c, 1, &size, NULL);
    return 0;
}

HANDLE pipe_being_read(void)
{
    char name[64];
    snprintf(name, sizeof name, "\\\\.\\pipe\\tcpalive-verify-%lu", GetCurrentProcessId());
    CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, PIPE_WAIT, 1, 64, 64, 0, NULL);
    HANDLE end = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (end != INVALID_HANDLE_VALUE)
        CreateThread(NULL, 0, read_for_ever, end, 0, NULL);
    return end;
}

void *extension(SOCKET s, GUID id)
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

/* Many sockets behind a pipe that is being read; how many are covered, once all are or ten seconds have passed. */
static void self_many(void)
{
    static SOCKET sockets[SOCKETS];
    int covered = 0;
    pipe_being_read();
    for (int i = 0; i < SOCKETS; i++)
        sockets[i] = tcp_socket();
    SetEvent(OpenEventA(EVENT_MODIFY_STATE, FALSE, "tcpalive-verify-ready"));
    for (int wait = 0; wait < 100 && covered < SOCKETS; wait++) {
        Sleep(100);
        covered = 0;
        for (int i = 0; i < SOCKETS; i++)
            covered += keepalive_of(sockets[i]) == 1;
    }
    TerminateProcess(GetCurrentProcess(), covered == SOCKETS ? SELF_COVERED : 1);
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

/* What the program asks for by itself. */
static void self_options(ULONG seconds)
{
    SOCKET s = tcp_socket();
    set_vals(s, seconds * 1000, 5000);
    say_socket(s);
}

static void self_connect(void)
{
    int port;
    SOCKET from = listener(&port), s = tcp_socket();
    struct sockaddr_in name = loopback(port);
    connect(s, (struct sockaddr *)&name, sizeof name);
    say_socket(s);
    closesocket(from);
}

/* Says what another process's socket tells here: `other PID HANDLE`. */
static void self_other(DWORD pid, HANDLE theirs)
{
    WSAPROTOCOL_INFOW info;
    HANDLE ours = NULL, process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, pid);
    int size = sizeof info;
    u_long mark;
    DuplicateHandle(process, theirs, GetCurrentProcess(), &ours, 0, FALSE, DUPLICATE_SAME_ACCESS);
    SOCKET s = (SOCKET)ours;
    int kind = getsockopt(s, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&info, &size) ? WSAGetLastError() : 0;
    int at_mark = ioctlsocket(s, SIOCATMARK, &mark) ? WSAGetLastError() : 0;
    printf("SO_PROTOCOL_INFOW %d, SIOCATMARK %d, keepalive %d, idle %ld\n", kind, at_mark, keepalive_of(s),
           tcp_option(s, OPTION_IDLE));
}

int self_main(int argc, char **argv)
{
    const char *way = argv[0];
    if (strcmp(way, "socket") == 0)
        say_socket(tcp_socket());
    else if (strcmp(way, "accept") == 0 || strcmp(way, "acceptex") == 0)
        self_server(way[6] != 0);
    else if (strcmp(way, "connectex") == 0)
        self_connectex();
    else if (strcmp(way, "connect") == 0)
        self_connect();
    else if (strcmp(way, "options") == 0 && argc > 1)
        self_options(strtoul(argv[1], NULL, 0));
    else if (strcmp(way, "other") == 0 && argc > 2)
        self_other(strtoul(argv[1], NULL, 0), (HANDLE)(ULONG_PTR)strtoull(argv[2], NULL, 0));
    else if (strcmp(way, "closing") == 0)
        self_closing();
    else if (strcmp(way, "service") == 0)
        self_service();
    else if (strcmp(way, "byname") == 0)
        self_by_name();
    else if (strcmp(way, "wsock32") == 0)
        self_wsock32();
    else if (strcmp(way, "many") == 0)
        self_many();
    else if (strcmp(way, "exit") == 0)
        ExitProcess((UINT)strtoul(argv[1], NULL, 0));
    else if (strcmp(way, "child") == 0 && argc > 2)
        self_child(argv[1], strtoull(argv[2], NULL, 0));
    return 0;
}
