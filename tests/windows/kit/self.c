/*
 * The program under test: what it is asked to do, and what it says of its sockets.
 */
#include "self.h"
#include "run.h"
#include <stdlib.h>
#include <string.h>

static void say_socket(SOCKET s)
{
    if (s == INVALID_SOCKET)
        puts("n-a");
    else
        printf("keepalive %d idle %ld\n", keepalive_of(s), tcp_option(s, OPTION_IDLE));
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
    wait_for(child.hProcess, 20000);
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

/* Ends with SELF_COVERED when its socket is. */
static void self_covered(void)
{
    ExitProcess(keepalive_of(tcp_socket()) == 1 ? SELF_COVERED : 0);
}

int self_main(int argc, char **argv)
{
    const char *way = argv[0];
    SOCKET s;
    if (way_take(way, &s))
        say_socket(s);
    else if (strcmp(way, "options") == 0 && argc > 1)
        self_options(strtoul(argv[1], NULL, 0));
    else if (strcmp(way, "other") == 0 && argc > 2)
        self_other(strtoul(argv[1], NULL, 0), (HANDLE)(ULONG_PTR)strtoull(argv[2], NULL, 0));
    else if (strcmp(way, "wait") == 0 && argc > 2)
        self_wait(argv[1], strtol(argv[2], NULL, 0));
    else if (strcmp(way, "closing") == 0)
        self_closing();
    else if (strcmp(way, "question") == 0)
        self_question();
    else if (strcmp(way, "letters") == 0)
        self_letters();
    else if (strcmp(way, "say") == 0 && argc > 1)
        printf("argument %s\n", argv[1]);
    else if (strcmp(way, "service") == 0)
        self_service();
    else if (strcmp(way, "covered") == 0)
        self_covered();
    else if (strcmp(way, "with_token") == 0)
        self_with_token();
    else if (strcmp(way, "exit") == 0 && argc > 1)
        ExitProcess((UINT)strtoul(argv[1], NULL, 0));
    else if (strcmp(way, "child") == 0 && argc > 2)
        self_child(argv[1], strtoull(argv[2], NULL, 0));
    return 0;
}
