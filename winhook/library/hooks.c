#include "hooks.h"
#include "cover.h"
#include "extension.h"
#include "own_calls.h"
#include "sweep.h"
#include "winhook/facts.h"
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <mswsock.h>

/* Not exported by every Winsock (Wine 8): called by the address that was found. */
static BOOL(WSAAPI *real_connect_by_list)(SOCKET, SOCKET_ADDRESS_LIST *, DWORD *, SOCKADDR *, DWORD *, SOCKADDR *,
                                          struct timeval *, WSAOVERLAPPED *);

static int WSAAPI hook_WSAStartup(WORD version, WSADATA *data)
{
    static LONG done;
    int error = WSAStartup(version, data);
    if (!error && !InterlockedExchange(&done, 1))
        sweep_begin(SWEEP_INHERITED);
    return error;
}

static SOCKET WSAAPI hook_socket(int family, int type, int protocol)
{
    SOCKET s = socket(family, type, protocol);
    if (s != INVALID_SOCKET && facts_makes_tcp(family, type, protocol))
        cover_made(s);
    return s;
}

/* A socket made from another process's protocol information may be a listener or a connection already. */
static void cover_new(SOCKET s, int family, int type, int protocol, const void *info)
{
    struct facts facts;
    if (s == INVALID_SOCKET)
        return;
    if (!info && facts_makes_tcp(family, type, protocol)) {
        cover_made(s);
    } else if (info && facts_is_tcp(s)) {
        cover_find(s, &facts);
        cover_socket(s, &facts);
    }
}

static SOCKET WSAAPI hook_WSASocketA(int family, int type, int protocol, WSAPROTOCOL_INFOA *info, GROUP group,
                                     DWORD flags)
{
    SOCKET s = WSASocketA(family, type, protocol, info, group, flags);
    cover_new(s, family, type, protocol, info);
    return s;
}

static SOCKET WSAAPI hook_WSASocketW(int family, int type, int protocol, WSAPROTOCOL_INFOW *info, GROUP group,
                                     DWORD flags)
{
    SOCKET s = WSASocketW(family, type, protocol, info, group, flags);
    cover_new(s, family, type, protocol, info);
    return s;
}

static int WSAAPI hook_listen(SOCKET s, int backlog)
{
    cover_listening(s);
    return listen(s, backlog);
}

static SOCKET WSAAPI hook_accept(SOCKET listener, struct sockaddr *name, int *size)
{
    SOCKET s = accept(listener, name, size);
    if (s != INVALID_SOCKET)
        cover_accepted(s);
    return s;
}

static SOCKET WSAAPI hook_WSAAccept(SOCKET listener, struct sockaddr *name, int *size, LPCONDITIONPROC condition,
                                    DWORD_PTR context)
{
    SOCKET s = WSAAccept(listener, name, size, condition, context);
    if (s != INVALID_SOCKET)
        cover_accepted(s);
    return s;
}

static int WSAAPI hook_connect(SOCKET s, const struct sockaddr *name, int size)
{
    cover_connecting(s, name, size);
    return connect(s, name, size);
}

static int WSAAPI hook_WSAConnect(SOCKET s, const struct sockaddr *name, int size, WSABUF *caller, WSABUF *callee,
                                  QOS *socket_quality, QOS *group_quality)
{
    cover_connecting(s, name, size);
    return WSAConnect(s, name, size, caller, callee, socket_quality, group_quality);
}

/* Which of several addresses it will be is known afterwards only. */
static BOOL WSAAPI hook_WSAConnectByNameA(SOCKET s, char *node, char *service, DWORD *local_size, SOCKADDR *local,
                                          DWORD *remote_size, SOCKADDR *remote, struct timeval *timeout,
                                          WSAOVERLAPPED *reserved)
{
    BOOL done = WSAConnectByNameA(s, node, service, local_size, local, remote_size, remote, timeout, reserved);
    if (done)
        cover_connected(s);
    return done;
}

static BOOL WSAAPI hook_WSAConnectByNameW(SOCKET s, WCHAR *node, WCHAR *service, DWORD *local_size, SOCKADDR *local,
                                          DWORD *remote_size, SOCKADDR *remote, struct timeval *timeout,
                                          WSAOVERLAPPED *reserved)
{
    BOOL done = WSAConnectByNameW(s, node, service, local_size, local, remote_size, remote, timeout, reserved);
    if (done)
        cover_connected(s);
    return done;
}

static BOOL WSAAPI hook_WSAConnectByList(SOCKET s, SOCKET_ADDRESS_LIST *list, DWORD *local_size, SOCKADDR *local,
                                         DWORD *remote_size, SOCKADDR *remote, struct timeval *timeout,
                                         WSAOVERLAPPED *reserved)
{
    BOOL done = real_connect_by_list(s, list, local_size, local, remote_size, remote, timeout, reserved);
    if (done)
        cover_connected(s);
    return done;
}

/* After AcceptEx and ConnectEx a program tells Winsock so: the moment at which options hold on every system. */
static int WSAAPI hook_setsockopt(SOCKET s, int level, int option, const char *value, int size)
{
    if (own_calls_is_one(level, option))
        return own_calls_setsockopt(s, level, option, value, size);
    int result = setsockopt(s, level, option, value, size);
    if (!result && level == SOL_SOCKET && option == SO_UPDATE_ACCEPT_CONTEXT)
        cover_accepted(s);
    if (!result && level == SOL_SOCKET && option == SO_UPDATE_CONNECT_CONTEXT)
        cover_connected(s);
    return result;
}

static int WSAAPI hook_WSAIoctl(SOCKET s, DWORD code, void *in, DWORD in_size, void *out, DWORD out_size,
                                DWORD *returned, WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    if (code == SIO_KEEPALIVE_VALS)
        return own_calls_vals(s, in, in_size, out, out_size, returned, overlapped, routine);
    int result = WSAIoctl(s, code, in, in_size, out, out_size, returned, overlapped, routine);
    if (!result && code == SIO_GET_EXTENSION_FUNCTION_POINTER && out_size >= sizeof(void *))
        extension_wrap(in, out);
    return result;
}

enum patch_status hooks_install(void)
{
    static struct patch patches[] = {
#define HOOK(name) {"ws2_32.dll", #name, (void *)hook_##name, NULL, NULL}
        HOOK(WSAStartup),
        HOOK(socket),
        HOOK(WSASocketA),
        HOOK(WSASocketW),
        HOOK(listen),
        HOOK(accept),
        HOOK(WSAAccept),
        HOOK(connect),
        HOOK(WSAConnect),
        HOOK(WSAConnectByNameA),
        HOOK(WSAConnectByNameW),
        HOOK(setsockopt),
        HOOK(WSAIoctl),
#undef HOOK
        {"ws2_32.dll", "WSAConnectByList", (void *)hook_WSAConnectByList, (void **)&real_connect_by_list, NULL},
    };
    return patch_install(patches, sizeof patches / sizeof *patches);
}
