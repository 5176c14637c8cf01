/*
 * Part A, what asks for more than one socket or process: the extended calls, duplicates, connections that
 * are being made.
 */
#include "run.h"
#include "sockets.h"
#include <string.h>

static char room[2 * (sizeof(struct sockaddr_in) + 16)];

/* Waits for an overlapped call that has begun. */
static void finish(SOCKET s, OVERLAPPED *pending)
{
    DWORD size, flags;
    WaitForSingleObject(pending->hEvent, 3000);
    WSAGetOverlappedResult(s, pending, &size, FALSE, &flags);
}

static OVERLAPPED begin(void)
{
    return (OVERLAPPED){.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
}

/* `to` is connected to the port by ConnectEx. 0 or an error. */
static int connect_ex(SOCKET to, int port)
{
    struct sockaddr_in name = loopback(port);
    OVERLAPPED pending = begin();
    LPFN_CONNECTEX call = (LPFN_CONNECTEX)extension(to, (GUID)WSAID_CONNECTEX);
    DWORD size;
    if (!call(to, (struct sockaddr *)&name, sizeof name, NULL, 0, &size, &pending) &&
        WSAGetLastError() != WSA_IO_PENDING)
        return WSAGetLastError();
    finish(to, &pending);
    return setsockopt(to, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0) ? WSAGetLastError() : 0;
}

static SOCKET bound(void)
{
    struct sockaddr_in any = loopback(0);
    SOCKET s = tcp_socket();
    bind(s, (struct sockaddr *)&any, sizeof any);
    return s;
}

static const char *kept_by_connectex(char *detail)
{
    int port;
    SOCKET from = listener(&port), to = bound();
    set_vals(to, 61000, 7000);
    int error = connect_ex(to, port);
    sprintf(detail, "error %d, idle %ld", error, tcp_option(to, OPTION_IDLE));
    closesocket(from);
    return answer(keepalive_of(to) == 1);
}

static const char *kept_by_disconnectex(char *detail)
{
    int port;
    SOCKET from = listener(&port), to = bound();
    OVERLAPPED pending = begin();
    set_vals(to, 61000, 7000);
    connect_ex(to, port);
    SOCKET other = accept(from, NULL, NULL);
    LPFN_DISCONNECTEX call = (LPFN_DISCONNECTEX)extension(to, (GUID)WSAID_DISCONNECTEX);
    int error = call(to, &pending, TF_REUSE_SOCKET, 0) ? 0 : WSAGetLastError();
    closesocket(other);
    if (error == WSA_IO_PENDING)
        finish(to, &pending);
    int again = connect_ex(to, port);
    sprintf(detail, "DisconnectEx %d, ConnectEx again %d, idle %ld", error, again, tcp_option(to, OPTION_IDLE));
    return again ? "n-a" : answer(keepalive_of(to) == 1);
}

/* Set beforehand on the socket that AcceptEx gets; then on the listener instead. */
static const char *acceptex_inherits(char *detail)
{
    int port, seen[2][2];
    for (int on_listener = 0; on_listener < 2; on_listener++) {
        SOCKET from = listener(&port), s = tcp_socket(), to = tcp_socket();
        struct sockaddr_in name = loopback(port);
        OVERLAPPED pending = begin();
        DWORD size;
        set_vals(on_listener ? from : s, 61000, 7000);
        ((LPFN_ACCEPTEX)extension(from, (GUID)WSAID_ACCEPTEX))(from, s, room, 0, sizeof room / 2, sizeof room / 2,
                                                               &size, &pending);
        connect(to, (struct sockaddr *)&name, sizeof name);
        finish(from, &pending);
        seen[on_listener][0] = keepalive_of(s);
        setsockopt(s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (const char *)&from, sizeof from);
        seen[on_listener][1] = keepalive_of(s);
    }
    sprintf(detail, "of the socket's own %d, after SO_UPDATE_ACCEPT_CONTEXT %d; of the listener's %d, then %d",
            seen[0][0], seen[0][1], seen[1][0], seen[1][1]);
    return "info";
}

/* What list needs. */
static const char *tells_others(char *detail)
{
    char line[LINE_SIZE];
    struct run run;
    SOCKET s = tcp_socket();
    set_vals(s, 61000, 7000);
    snprintf(line, sizeof line, "%s self other %lu 0x%llx", own(own_word()), GetCurrentProcessId(),
             (unsigned long long)s);
    if (!run_line(line, STEP_LIMIT_MS / 2, &run) || run.code)
        return "NO";
    run.output[strcspn(run.output, "\n")] = 0;
    snprintf(detail, DETAIL_SIZE, "%.250s", run.output);
    return "info";
}

/* 203.0.113.0/24 is nobody's (RFC 5737). */
static const char *while_connecting(char *detail)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(0xcb007101)};
    SOCKET s = tcp_socket();
    u_long on = 1;
    int keepalive = 1;
    ioctlsocket(s, FIONBIO, &on);
    connect(s, (struct sockaddr *)&name, sizeof name);
    int vals = set_vals(s, 61000, 7000);
    int option = setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&keepalive, sizeof keepalive) ? WSAGetLastError() : 0;
    sprintf(detail, "SIO_KEEPALIVE_VALS error %d, SO_KEEPALIVE error %d", vals, option);
    return "info";
}

static const char *counts_handles(char *detail)
{
    DWORD count = 0;
    (void)detail;
    return answer(GetProcessHandleCount(GetCurrentProcess(), &count) && count > 0);
}

/*
 * Where tcpalive puts its page: an export is told by a distance of 32 bits, so that the page must lie within 4 GB above
 * the module.
 */
static const char *room_above(char *detail)
{
    const BYTE *module = (const BYTE *)GetModuleHandleA("ws2_32.dll"), *at = module;
    MEMORY_BASIC_INFORMATION area;
    ULONGLONG first = 0, sum = 0;
    if (sizeof(void *) == 4)
        return cannot(detail, "all of memory is within reach");
    while ((ULONGLONG)(at - module) < 0xffff0000u && VirtualQuery(at, &area, sizeof area)) {
        if (area.State == MEM_FREE && area.RegionSize >= 0x20000) {
            first = sum ? first : (ULONGLONG)((const BYTE *)area.BaseAddress - module);
            sum += area.RegionSize;
        }
        at = (const BYTE *)area.BaseAddress + area.RegionSize;
    }
    if (!is_wine())
        sprintf(detail, "the first %llu MB above it, %llu MB in all", first >> 20, sum >> 20);
    return expect(sum > 0);
}

const struct step more_fact_steps[] = {
    {"A12", "ConnectEx keeps what was set before", kept_by_connectex},
    {"A13", "a socket that DisconnectEx gave back keeps it", kept_by_disconnectex},
    {"A14", "keepalive after AcceptEx", acceptex_inherits},
    {"A15", "a duplicate in another process", tells_others},
    {"A16", "a socket that is connecting", while_connecting},
    {"A17", "handles are counted", counts_handles},
    {"A19", "there is free room above ws2_32", room_above},
    {0},
};
