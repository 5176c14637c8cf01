#include "probe.h"
#include <stdio.h>
#include <stdlib.h>

typedef SOCKET(WSAAPI *socket_function)(int, int, int);
typedef int(WSAAPI *connect_function)(SOCKET, const struct sockaddr *, int);

static void connect_with(socket_function make, connect_function join, int port)
{
    struct sockaddr_in name = loopback(port);
    SOCKET s = make(AF_INET, SOCK_STREAM, 0);
    must(s != INVALID_SOCKET, "socket");
    must(!join(s, (struct sockaddr *)&name, sizeof name), "connect");
    hold();
}

static void way_connect(int argc, char **argv)
{
    (void)argc;
    connect_with(socket, connect, atoi(argv[0]));
}

static void *function(const char *module, const char *name)
{
    return (void *)GetProcAddress(LoadLibraryA(module), name);
}

static void way_getproc(int argc, char **argv)
{
    (void)argc;
    connect_with((socket_function)function("ws2_32.dll", "socket"), (connect_function)function("ws2_32.dll", "connect"),
                 atoi(argv[0]));
}

/* 23 and 4 are socket's and connect's numbers since Winsock 1. */
static void way_ordinal(int argc, char **argv)
{
    (void)argc;
    connect_with((socket_function)function("ws2_32.dll", MAKEINTRESOURCEA(23)),
                 (connect_function)function("ws2_32.dll", MAKEINTRESOURCEA(4)), atoi(argv[0]));
}

static void way_wsock32(int argc, char **argv)
{
    (void)argc;
    connect_with((socket_function)function("wsock32.dll", "socket"),
                 (connect_function)function("wsock32.dll", "connect"), atoi(argv[0]));
}

/* connect_in DLL PORT: a library loaded later, which imports Winsock in its own way. */
static void way_connect_in(int argc, char **argv)
{
    (void)argc;
    SOCKET (*open_connection)(int) = (SOCKET(*)(int))function(argv[0], "open_connection");
    must(open_connection && open_connection(atoi(argv[1])) != INVALID_SOCKET, argv[0]);
    hold();
}

static SOCKET overlapped_socket(int family)
{
    SOCKET s = WSASocketW(family, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    must(s != INVALID_SOCKET, "WSASocketW");
    return s;
}

static void way_wsaconnect(int argc, char **argv)
{
    struct sockaddr_in name = loopback(atoi(argv[0]));
    SOCKET s = WSASocketA(AF_INET, SOCK_STREAM, 0, NULL, 0, 0);
    (void)argc;
    must(s != INVALID_SOCKET, "WSASocketA");
    must(!WSAConnect(s, (struct sockaddr *)&name, sizeof name, NULL, NULL, NULL, NULL), "WSAConnect");
    hold();
}

static void way_connect6(int argc, char **argv)
{
    struct sockaddr_in6 name = {
        .sin6_family = AF_INET6, .sin6_port = htons((u_short)atoi(argv[0])), .sin6_addr = in6addr_loopback};
    SOCKET s = overlapped_socket(AF_INET6);
    (void)argc;
    must(!connect(s, (struct sockaddr *)&name, sizeof name), "connect");
    hold();
}

static void way_nonblocking(int argc, char **argv)
{
    struct sockaddr_in name = loopback(atoi(argv[0]));
    SOCKET s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    u_long on = 1;
    fd_set ready;
    (void)argc;
    must(!ioctlsocket(s, FIONBIO, &on), "FIONBIO");
    int result = connect(s, (struct sockaddr *)&name, sizeof name);
    printf("connect %d %d\n", result, WSAGetLastError());
    FD_ZERO(&ready);
    FD_SET(s, &ready);
    must(select(0, NULL, &ready, NULL, &(struct timeval){20, 0}) == 1, "select");
    hold();
}

static void way_byname(int argc, char **argv)
{
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
    char node[] = "127.0.0.1";
    (void)argc;
    must(WSAConnectByNameA(s, node, argv[0], NULL, NULL, NULL, NULL, NULL, NULL), "WSAConnectByNameA");
    hold();
}

static void way_bynamew(int argc, char **argv)
{
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
    WCHAR node[] = L"127.0.0.1", service[16];
    (void)argc;
    MultiByteToWideChar(CP_ACP, 0, argv[0], -1, service, 16);
    must(WSAConnectByNameW(s, node, service, NULL, NULL, NULL, NULL, NULL, NULL), "WSAConnectByNameW");
    hold();
}

/* Connects by ConnectEx on a completion port; the caller decides whether Winsock is told. */
static SOCKET connect_ex(int port, HANDLE *queue)
{
    static OVERLAPPED pending;
    struct sockaddr_in any = loopback(0), name = loopback(port);
    SOCKET s = overlapped_socket(AF_INET);
    DWORD sent;
    *queue = CreateIoCompletionPort((HANDLE)s, NULL, 1, 0);
    must(!bind(s, (struct sockaddr *)&any, sizeof any), "bind");
    LPFN_CONNECTEX join = (LPFN_CONNECTEX)extension(s, (GUID)WSAID_CONNECTEX);
    BOOL done = join(s, (struct sockaddr *)&name, sizeof name, NULL, 0, &sent, &pending);
    must(done || WSAGetLastError() == WSA_IO_PENDING, "ConnectEx");
    must(await(*queue), "GetQueuedCompletionStatus");
    return s;
}

static void way_connectex(int argc, char **argv)
{
    HANDLE queue;
    SOCKET s = connect_ex(atoi(argv[0]), &queue);
    (void)argc;
    must(!setsockopt(s, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0), "SO_UPDATE_CONNECT_CONTEXT");
    hold();
}

static void way_connectex_bare(int argc, char **argv)
{
    HANDLE queue;
    (void)argc;
    connect_ex(atoi(argv[0]), &queue);
    hold();
}

const struct way client_ways[] = {
    {"connect", way_connect},
    {"getproc", way_getproc},
    {"ordinal", way_ordinal},
    {"wsock32", way_wsock32},
    {"connect_in", way_connect_in},
    {"wsaconnect", way_wsaconnect},
    {"connect6", way_connect6},
    {"nonblocking", way_nonblocking},
    {"byname", way_byname},
    {"bynamew", way_bynamew},
    {"connectex", way_connectex},
    {"connectex_bare", way_connectex_bare},
    {0},
};
