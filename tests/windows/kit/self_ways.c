/* The program under test: every way in which a program comes to a connection. */
#include "run.h"
#include "self.h"
#include <string.h>

static DWORD WINAPI connect_to(void *port)
{
    struct sockaddr_in name = loopback((int)(INT_PTR)port);
    connect(tcp_socket(), (struct sockaddr *)&name, sizeof name);
    return 0;
}

/* A listener to which somebody connects. */
static SOCKET asked_listener(void)
{
    int port;
    SOCKET from = listener(&port);
    CreateThread(NULL, 0, connect_to, (void *)(INT_PTR)port, 0, NULL);
    return from;
}

static SOCKET way_socket(void)
{
    return tcp_socket();
}

static SOCKET way_wsasocket(void)
{
    return WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
}

static SOCKET way_accept(void)
{
    return accept(asked_listener(), NULL, NULL);
}

static int CALLBACK take_all(WSABUF *caller, WSABUF *data, QOS *quality, QOS *group, WSABUF *callee, WSABUF *more,
                             GROUP *g, DWORD_PTR context)
{
    (void)caller, (void)data, (void)quality, (void)group, (void)callee, (void)more, (void)g, (void)context;
    return CF_ACCEPT;
}

static SOCKET way_wsaaccept(void)
{
    return WSAAccept(asked_listener(), NULL, NULL, take_all, 0);
}

static SOCKET accept_by(LPFN_ACCEPTEX take, SOCKET from)
{
    static char room[2 * (sizeof(struct sockaddr_in) + 16)];
    static OVERLAPPED pending;
    DWORD size;
    SOCKET s = tcp_socket();
    pending.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    take(from, s, room, 0, sizeof room / 2, sizeof room / 2, &size, &pending);
    wait_for(pending.hEvent, 5000);
    setsockopt(s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (const char *)&from, sizeof from);
    return s;
}

static SOCKET way_acceptex(void)
{
    SOCKET from = asked_listener();
    return accept_by((LPFN_ACCEPTEX)extension(from, (GUID)WSAID_ACCEPTEX), from);
}

static SOCKET way_acceptex_export(void)
{
    void *take = (void *)GetProcAddress(LoadLibraryA("mswsock.dll"), "AcceptEx");
    return accept_by((LPFN_ACCEPTEX)take, asked_listener());
}

static SOCKET way_connect(void)
{
    int port;
    listener(&port);
    struct sockaddr_in name = loopback(port);
    SOCKET s = tcp_socket();
    connect(s, (struct sockaddr *)&name, sizeof name);
    return s;
}

static SOCKET way_wsaconnect(void)
{
    int port;
    listener(&port);
    struct sockaddr_in name = loopback(port);
    SOCKET s = way_wsasocket();
    WSAConnect(s, (struct sockaddr *)&name, sizeof name, NULL, NULL, NULL, NULL);
    return s;
}

static SOCKET way_connectex(void)
{
    static OVERLAPPED pending;
    int port;
    listener(&port);
    struct sockaddr_in any = loopback(0), name = loopback(port);
    SOCKET s = tcp_socket();
    DWORD size;
    pending.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    bind(s, (struct sockaddr *)&any, sizeof any);
    ((LPFN_CONNECTEX)extension(s, (GUID)WSAID_CONNECTEX))(s, (struct sockaddr *)&name, sizeof name, NULL, 0, &size,
                                                          &pending);
    wait_for(pending.hEvent, 5000);
    setsockopt(s, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0);
    return s;
}

static SOCKET way_connectbyname(void)
{
    char node[] = "127.0.0.1", service[16];
    int port;
    listener(&port);
    SOCKET s = tcp_socket();
    sprintf(service, "%d", port);
    WSAConnectByNameA(s, node, service, NULL, NULL, NULL, NULL, NULL, NULL);
    return s;
}

/* Takes addresses of IPv6 alone, of which this one is 127.0.0.1 (Microsoft: WSAConnectByList). */
static SOCKET way_connectbylist(void)
{
    typedef BOOL(PASCAL * by_list)(SOCKET, SOCKET_ADDRESS_LIST *, DWORD *, SOCKADDR *, DWORD *, SOCKADDR *,
                                   const struct timeval *, OVERLAPPED *);
    by_list call = (by_list)(void *)GetProcAddress(GetModuleHandleA("ws2_32.dll"), "WSAConnectByList");
    int port, both = 0;
    if (!call)
        return INVALID_SOCKET;
    listener(&port);
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons((u_short)port)};
    SOCKET_ADDRESS_LIST list = {1, {{(SOCKADDR *)&name, sizeof name}}};
    memcpy(&name.sin6_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\1", 16);
    SOCKET s = socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, (const char *)&both, sizeof both);
    call(s, &list, NULL, NULL, NULL, NULL, NULL, NULL);
    return s;
}

/* A listener handed to this very process, as to another one, and what it accepts. */
static SOCKET way_duplicate(void)
{
    WSAPROTOCOL_INFOW info;
    WSADuplicateSocketW(asked_listener(), GetCurrentProcessId(), &info);
    return accept(WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0, 0), NULL, NULL);
}

static SOCKET made_by(const char *module, const char *function)
{
    typedef SOCKET(WSAAPI * make_socket)(int, int, int);
    make_socket make = (make_socket)(void *)GetProcAddress(LoadLibraryA(module), function);
    return make(AF_INET, SOCK_STREAM, IPPROTO_TCP);
}

/* socket's number since Winsock 1. */
static SOCKET way_ordinal(void)
{
    return made_by("ws2_32.dll", MAKEINTRESOURCEA(23));
}

static SOCKET way_getproc(void)
{
    return made_by("ws2_32.dll", "socket");
}

static SOCKET way_wsock32(void)
{
    return made_by("wsock32.dll", "socket");
}

/* By a library that is loaded only now, and imports Winsock in its own way. */
static SOCKET in_library(const char *kind)
{
    typedef SOCKET (*open_connection)(int);
    open_connection open = (open_connection)(void *)GetProcAddress(LoadLibraryA(library(kind)), "open_connection");
    int port;
    listener(&port);
    return open(port);
}

static SOCKET way_late(void)
{
    return in_library("plain");
}

static SOCKET way_delay(void)
{
    return in_library("delay");
}

bool way_take(const char *name, SOCKET *s)
{
    static const struct {
        const char *name;
        SOCKET (*take)(void);
    } ways[] = {
#define X(way) {#way, way_##way},
        KIT_WAYS(X)
#undef X
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (strcmp(ways[i].name, name) == 0) {
            *s = ways[i].take();
            return true;
        }
    return false;
}
