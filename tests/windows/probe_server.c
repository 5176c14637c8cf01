#include "probe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESS_ROOM = sizeof(struct sockaddr_in6) + 16 };

static SOCKET listener(void)
{
    SOCKET s = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    must(s != INVALID_SOCKET, "WSASocketW");
    announce(s);
    return s;
}

static void way_accept(int argc, char **argv)
{
    (void)argc, (void)argv;
    must(accept(listener(), NULL, NULL) != INVALID_SOCKET, "accept");
    hold();
}

static int CALLBACK condition(WSABUF *caller, WSABUF *data, QOS *quality, QOS *group, WSABUF *callee, WSABUF *more,
                              GROUP *g, DWORD_PTR context)
{
    (void)caller, (void)data, (void)quality, (void)group, (void)callee, (void)more, (void)g;
    return context == 42 ? CF_ACCEPT : CF_REJECT;
}

static void way_wsaaccept(int argc, char **argv)
{
    struct sockaddr_in peer;
    int size = sizeof peer;
    (void)argc, (void)argv;
    must(WSAAccept(listener(), (struct sockaddr *)&peer, &size, condition, 42) != INVALID_SOCKET, "WSAAccept");
    hold();
}

static void accept_ex(LPFN_ACCEPTEX take, SOCKET from, int tell)
{
    static OVERLAPPED pending;
    static char buffer[2 * ADDRESS_ROOM];
    DWORD got;
    SOCKET s = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    HANDLE queue = CreateIoCompletionPort((HANDLE)from, NULL, 1, 0);
    BOOL done = take(from, s, buffer, 0, ADDRESS_ROOM, ADDRESS_ROOM, &got, &pending);
    must(done || WSAGetLastError() == WSA_IO_PENDING, "AcceptEx");
    must(await(queue), "GetQueuedCompletionStatus");
    if (tell)
        must(!setsockopt(s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&from, sizeof from),
             "SO_UPDATE_ACCEPT_CONTEXT");
    hold();
}

static void way_acceptex(int argc, char **argv)
{
    SOCKET from = listener();
    (void)argc, (void)argv;
    accept_ex((LPFN_ACCEPTEX)extension(from, (GUID)WSAID_ACCEPTEX), from, 1);
}

static void way_acceptex_bare(int argc, char **argv)
{
    SOCKET from = listener();
    (void)argc, (void)argv;
    accept_ex((LPFN_ACCEPTEX)extension(from, (GUID)WSAID_ACCEPTEX), from, 0);
}

static void way_acceptex_export(int argc, char **argv)
{
    (void)argc, (void)argv;
    accept_ex((LPFN_ACCEPTEX)(void *)GetProcAddress(LoadLibraryA("mswsock.dll"), "AcceptEx"), listener(), 1);
}

/*
 * A child that gets the listener as an inherited handle and nothing else. With an argument, that
 * tcpalive.exe starts it.
 */
static void way_inherit(int argc, char **argv)
{
    char program[MAX_PATH], line[3 * MAX_PATH];
    STARTUPINFOA how = {.cb = sizeof how};
    PROCESS_INFORMATION child;
    SOCKET s = listener();
    must(SetHandleInformation((HANDLE)s, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT), "SetHandleInformation");
    must(GetModuleFileNameA(NULL, program, sizeof program) > 0, "GetModuleFileNameA");
    if (argc)
        snprintf(line, sizeof line, "\"%s\" run --idle 37s --interval 20s --probes 5 -- \"%s\" inherited %lu", argv[0],
                 program, (unsigned long)s);
    else
        snprintf(line, sizeof line, "probe inherited %lu", (unsigned long)s);
    GetStartupInfoA(&how);
    must(CreateProcessA(argc ? argv[0] : program, line, NULL, NULL, TRUE, 0, NULL, NULL, &how, &child),
         "CreateProcessA");
    must(WaitForSingleObject(child.hProcess, 60000) == WAIT_OBJECT_0, "wait");
}

static void way_inherited(int argc, char **argv)
{
    (void)argc;
    must(accept((SOCKET)strtoul(argv[0], NULL, 10), NULL, NULL) != INVALID_SOCKET, "accept");
    hold();
}

/* The listener handed to this very process once more, as to another one. */
static void way_duplicate(int argc, char **argv)
{
    WSAPROTOCOL_INFOW info;
    SOCKET s = listener();
    (void)argc, (void)argv;
    must(!WSADuplicateSocketW(s, GetCurrentProcessId(), &info), "WSADuplicateSocketW");
    SOCKET other =
        WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0, WSA_FLAG_OVERLAPPED);
    must(other != INVALID_SOCKET, "WSASocketW");
    must(!closesocket(s), "closesocket");
    must(accept(other, NULL, NULL) != INVALID_SOCKET, "accept");
    hold();
}

const struct way server_ways[] = {
    {"accept", way_accept},
    {"wsaaccept", way_wsaaccept},
    {"acceptex", way_acceptex},
    {"acceptex_bare", way_acceptex_bare},
    {"acceptex_export", way_acceptex_export},
    {"inherit", way_inherit},
    {"inherited", way_inherited},
    {"duplicate", way_duplicate},
    {0},
};
