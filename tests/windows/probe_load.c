#include "probe.h"
#include <stdio.h>
#include <stdlib.h>

enum { WARM_UP = 100, EXCHANGES = 2, ADDRESS_ROOM = sizeof(struct sockaddr_in6) + 16 };

/* Handles are given out lowest first: this is how far the table has grown. */
static unsigned long highest_handle(void)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    unsigned long value = (unsigned long)(ULONG_PTR)event;
    must(event != NULL, "CreateEvent");
    CloseHandle(event);
    return value;
}

static SOCKET take_plainly(SOCKET from)
{
    SOCKET s = accept(from, NULL, NULL);
    must(s != INVALID_SOCKET, "accept");
    return s;
}

static SOCKET take_overlapped(SOCKET from)
{
    static LPFN_ACCEPTEX take;
    static char buffer[2 * ADDRESS_ROOM];
    OVERLAPPED pending = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    DWORD got;
    SOCKET s = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    if (!take)
        take = (LPFN_ACCEPTEX)extension(from, (GUID)WSAID_ACCEPTEX);
    must(take(from, s, buffer, 0, ADDRESS_ROOM, ADDRESS_ROOM, &got, &pending) ||
             (WSAGetLastError() == WSA_IO_PENDING && GetOverlappedResult((HANDLE)from, &pending, &got, TRUE)),
         "AcceptEx");
    must(!setsockopt(s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&from, sizeof from), "SO_UPDATE_ACCEPT_CONTEXT");
    CloseHandle(pending.hEvent);
    return s;
}

/* One connection, two requests and their answers: as short as a real one gets. */
static void connect_once(SOCKET from, const struct sockaddr_in *name, SOCKET (*take)(SOCKET))
{
    char word[4];
    SOCKET one = socket(AF_INET, SOCK_STREAM, 0);
    must(!connect(one, (const struct sockaddr *)name, sizeof *name), "connect");
    SOCKET other = take(from);
    for (int i = 0; i < EXCHANGES; i++) {
        must(send(one, "ping", 4, 0) == 4 && recv(other, word, 4, 0) == 4, "ping");
        must(send(other, "pong", 4, 0) == 4 && recv(one, word, 4, 0) == 4, "pong");
    }
    closesocket(one);
    closesocket(other);
}

/* N connections: how long they took in microseconds, and handles before and after. */
static void load(int count, SOCKET (*take)(SOCKET))
{
    struct sockaddr_in name = loopback(0);
    int size = sizeof name;
    LARGE_INTEGER begin, end, second;
    SOCKET from = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    must(!bind(from, (struct sockaddr *)&name, size) && !listen(from, SOMAXCONN), "listen");
    must(!getsockname(from, (struct sockaddr *)&name, &size), "getsockname");
    for (int i = 0; i < WARM_UP; i++)
        connect_once(from, &name, take);
    unsigned long before = highest_handle();
    QueryPerformanceCounter(&begin);
    for (int i = 0; i < count; i++)
        connect_once(from, &name, take);
    QueryPerformanceCounter(&end);
    QueryPerformanceFrequency(&second);
    printf("took %lld\n", (end.QuadPart - begin.QuadPart) * 1000000 / second.QuadPart);
    printf("handles %ld\n", (long)highest_handle() - (long)before);
}

static void way_load(int argc, char **argv)
{
    (void)argc;
    load(atoi(argv[0]), take_plainly);
}

static void way_loadex(int argc, char **argv)
{
    (void)argc;
    load(atoi(argv[0]), take_overlapped);
}

const struct way load_ways[] = {
    {"load", way_load},
    {"loadex", way_loadex},
    {0},
};
