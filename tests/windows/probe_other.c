#include "probe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static SOCKET connection(int port)
{
    struct sockaddr_in name = loopback(port);
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
    must(!connect(s, (struct sockaddr *)&name, sizeof name), "connect");
    return s;
}

static int set_vals(SOCKET s, ULONG on, ULONG time, ULONG interval)
{
    struct tcp_keepalive vals = {on, time, interval};
    DWORD size;
    return WSAIoctl(s, SIO_KEEPALIVE_VALS, &vals, sizeof vals, NULL, 0, &size, NULL, NULL);
}

/* own PORT ON TIME INTERVAL: the program's own word on its connection. */
static void way_own(int argc, char **argv)
{
    SOCKET s = connection(atoi(argv[0]));
    (void)argc;
    must(!set_vals(s, (ULONG)atol(argv[1]), (ULONG)atol(argv[2]), (ULONG)atol(argv[3])), "SIO_KEEPALIVE_VALS");
    hold();
}

static void way_own_off(int argc, char **argv)
{
    SOCKET s = connection(atoi(argv[0]));
    BOOL off = FALSE;
    (void)argc;
    must(!setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&off, sizeof off), "SO_KEEPALIVE");
    hold();
}

/* Is left alone: not TCP. */
static void way_udp(int argc, char **argv)
{
    struct sockaddr_in name = loopback(atoi(argv[0]));
    SOCKET s = socket(AF_INET, SOCK_DGRAM, 0);
    BOOL on = FALSE;
    int size = sizeof on;
    (void)argc;
    must(!connect(s, (struct sockaddr *)&name, sizeof name), "connect");
    must(!getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&on, &size), "SO_KEEPALIVE");
    printf("keepalive %d\n", on);
    hold();
}

static void say(const char *call, int result)
{
    int error = WSAGetLastError();
    printf("%s %d %d\n", call, result, result ? error : 0);
}

static void say_packets(HANDLE queue, const OVERLAPPED *asked)
{
    ULONG_PTR key = 0;
    OVERLAPPED *done = NULL;
    DWORD size;
    for (int i = 0; i < 3; i++) {
        BOOL packet = GetQueuedCompletionStatus(queue, &size, &key, &done, 100);
        printf("packet %d %d %lu\n", packet, done == asked, packet ? 0 : GetLastError());
    }
}

/* What calls with wrong arguments return, and what the last error is after calls that worked. */
static void way_errors(int argc, char **argv)
{
    SOCKET s = connection(atoi(argv[0])), udp = socket(AF_INET, SOCK_DGRAM, 0);
    DWORD size = 0, value = 1;
    OVERLAPPED nothing = {0};
    struct tcp_keepalive vals = {1, 5000, 1000};
    struct sockaddr_in other = loopback(9);
    (void)argc;
    say("socket", socket(77, 1, 1) == INVALID_SOCKET);
    say("accept", accept(s, NULL, NULL) == INVALID_SOCKET);
    say("connect size", connect(s, (struct sockaddr *)&other, 3));
    say("connect again", connect(s, (struct sockaddr *)&other, sizeof other));
    say("listen", listen(s, 5));
    say("listen none", listen(INVALID_SOCKET, 5));
    say("keepalive null", setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, NULL, 4));
    say("keepalive empty", setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&value, 0));
    say("keepidle", setsockopt(s, IPPROTO_TCP, 3, (char *)&value, sizeof value));
    say("keepcnt", setsockopt(s, IPPROTO_TCP, 16, (char *)&value, sizeof value));
    say("keepalive udp", setsockopt(udp, SOL_SOCKET, SO_KEEPALIVE, (char *)&value, 4));
    say("vals udp", WSAIoctl(udp, SIO_KEEPALIVE_VALS, &vals, sizeof vals, NULL, 0, &size, NULL, NULL));
    say("vals short", WSAIoctl(s, SIO_KEEPALIVE_VALS, &vals, 4, NULL, 0, &size, NULL, NULL));
    say("vals null", WSAIoctl(s, SIO_KEEPALIVE_VALS, NULL, sizeof vals, NULL, 0, &size, NULL, NULL));
    say("vals uncounted", WSAIoctl(s, SIO_KEEPALIVE_VALS, &vals, sizeof vals, NULL, 0, NULL, NULL, NULL));
    HANDLE queue = CreateIoCompletionPort((HANDLE)s, NULL, 1, 0);
    size = 77;
    say("vals", WSAIoctl(s, SIO_KEEPALIVE_VALS, &vals, sizeof vals, NULL, 0, &size, NULL, NULL));
    printf("counted %lu\n", size);
    int result = WSAIoctl(s, SIO_KEEPALIVE_VALS, &vals, sizeof vals, NULL, 0, &size, &nothing, NULL);
    say("vals overlapped", result);
    say_packets(queue, &nothing);
    SetLastError(4711);
    WSASetLastError(4712);
    SOCKET fresh = socket(AF_INET, SOCK_STREAM, 0);
    printf("after socket %d %d\n", fresh != INVALID_SOCKET, WSAGetLastError());
    hold();
}

/* child PROGRAM PORT: starts the program as another one would, and waits for it. */
static void start_child(char **argv, void *environment, DWORD flags)
{
    char line[MAX_PATH + 64];
    STARTUPINFOA how = {.cb = sizeof how};
    PROCESS_INFORMATION child;
    DWORD code = 99;
    snprintf(line, sizeof line, "\"%s\" connect %s", argv[0], argv[1]);
    GetStartupInfoA(&how);
    must(CreateProcessA(argv[0], line, NULL, NULL, TRUE, flags, environment, NULL, &how, &child), "CreateProcessA");
    if (flags & CREATE_SUSPENDED)
        must(ResumeThread(child.hThread) == 1, "suspended once");
    must(WaitForSingleObject(child.hProcess, 60000) == WAIT_OBJECT_0, "wait");
    GetExitCodeProcess(child.hProcess, &code);
    printf("child %lu\n", code);
}

static void way_child(int argc, char **argv)
{
    (void)argc;
    start_child(argv, NULL, 0);
}

static void way_child_suspended(int argc, char **argv)
{
    (void)argc;
    start_child(argv, NULL, CREATE_SUSPENDED);
}

static void way_child_cleaned(int argc, char **argv)
{
    char environment[256] = "SystemRoot=C:\\windows";
    (void)argc;
    start_child(argv, environment, 0);
}

/* child_later PROGRAM PORT: listens, and starts the program at the first line of standard input. */
static void way_child_later(int argc, char **argv)
{
    char c = 0;
    DWORD size;
    (void)argc;
    announce(socket(AF_INET, SOCK_STREAM, 0));
    while (c != '\n' && ReadFile(GetStdHandle(STD_INPUT_HANDLE), &c, 1, &size, NULL) && size)
        ;
    start_child(argv, NULL, 0);
}

/* child_told PROGRAM PORT NAME VALUE: the child has one variable more than its parent had. */
static void way_child_told(int argc, char **argv)
{
    (void)argc;
    must(SetEnvironmentVariableA(argv[2], argv[3]), "SetEnvironmentVariableA");
    start_child(argv, NULL, 0);
}

/* The program's own import directory as it stands in memory, which some programs check. */
static void way_headers(int argc, char **argv)
{
    BYTE *base = (BYTE *)GetModuleHandleA(NULL);
    IMAGE_NT_HEADERS *headers = (IMAGE_NT_HEADERS *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
    (void)argc, (void)argv;
    for (int i = 0; i < IMAGE_NUMBEROF_DIRECTORY_ENTRIES; i++)
        printf("directory %d %lx %lx\n", i, headers->OptionalHeader.DataDirectory[i].VirtualAddress,
               headers->OptionalHeader.DataDirectory[i].Size);
}

/* exit CODE */
static void way_exit(int argc, char **argv)
{
    (void)argc;
    exit(atoi(argv[0]));
}

/* arguments ...: the line as it came, and each argument by itself. */
static void way_arguments(int argc, char **argv)
{
    const char *line = strstr(GetCommandLineA(), "arguments");
    printf("line %s\n", line ? line : "");
    for (int i = 0; i < argc; i++)
        printf("argument %s\n", argv[i]);
}

const struct way other_ways[] = {
    {"own", way_own},
    {"own_off", way_own_off},
    {"udp", way_udp},
    {"errors", way_errors},
    {"child", way_child},
    {"child_suspended", way_child_suspended},
    {"child_cleaned", way_child_cleaned},
    {"child_later", way_child_later},
    {"child_told", way_child_told},
    {"headers", way_headers},
    {"exit", way_exit},
    {"arguments", way_arguments},
    {0},
};
