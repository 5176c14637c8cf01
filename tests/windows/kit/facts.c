/*
 * Part A: what the system does, without tcpalive. Nothing here is expected; the answers decide what tcpalive
 * may count on.
 */
#include "run.h"
#include "sockets.h"

static const char *vals_before_connect(char *detail)
{
    int error = set_vals(tcp_socket(), 61500, 7400);
    sprintf(detail, "error %d", error);
    return answer(!error);
}

static const char *on_after_vals(char *detail)
{
    SOCKET s = tcp_socket();
    (void)detail;
    set_vals(s, 61500, 7400);
    return answer(keepalive_of(s) == 1);
}

static const char *reads_after_vals(char *detail)
{
    SOCKET s = tcp_socket();
    set_vals(s, 61500, 7400);
    sprintf(detail, "idle %ld, interval %ld, count %ld, maxrt %ld, maxrtms %ld", tcp_option(s, OPTION_IDLE),
            tcp_option(s, OPTION_INTERVAL), tcp_option(s, OPTION_COUNT), tcp_option(s, OPTION_MAXRT),
            tcp_option(s, OPTION_MAXRTMS));
    return "info";
}

static const char *many_probes(char *detail)
{
    sprintf(detail, "error %d", set_tcp_option(tcp_socket(), OPTION_COUNT, 256));
    return "info";
}

static const char *count_survives_vals(char *detail)
{
    SOCKET s = tcp_socket();
    int error = set_tcp_option(s, OPTION_COUNT, 5);
    set_vals(s, 61500, 7400);
    sprintf(detail, "set %d, then %ld", error, tcp_option(s, OPTION_COUNT));
    return error ? "n-a" : answer(tcp_option(s, OPTION_COUNT) == 5);
}

static const char *values_survive_off(char *detail)
{
    SOCKET s = tcp_socket();
    BOOL on = FALSE;
    set_vals(s, 61000, 7000);
    setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (const char *)&on, sizeof on);
    on = TRUE;
    setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (const char *)&on, sizeof on);
    sprintf(detail, "idle %ld", tcp_option(s, OPTION_IDLE));
    return tcp_option(s, OPTION_IDLE) < 0 ? "n-a" : answer(tcp_option(s, OPTION_IDLE) == 61);
}

/* A listener with everything set, and what it accepts. */
static const char *accept_inherits(char *detail)
{
    int port;
    SOCKET from = listener(&port), to = tcp_socket();
    struct sockaddr_in name = loopback(port);
    set_tcp_option(from, OPTION_COUNT, 5);
    set_tcp_option(from, OPTION_MAXRT, 77);
    set_vals(from, 61000, 7000);
    connect(to, (struct sockaddr *)&name, sizeof name);
    SOCKET s = accept(from, NULL, NULL);
    sprintf(detail, "keepalive %d, idle %ld, interval %ld, count %ld, maxrt %ld", keepalive_of(s),
            tcp_option(s, OPTION_IDLE), tcp_option(s, OPTION_INTERVAL), tcp_option(s, OPTION_COUNT),
            tcp_option(s, OPTION_MAXRT));
    return answer(keepalive_of(s) == 1);
}

static const char *refused_after_reset(char *detail)
{
    int port;
    SOCKET from = listener(&port), to = tcp_socket();
    struct sockaddr_in name = loopback(port);
    struct linger now = {1, 0};
    connect(to, (struct sockaddr *)&name, sizeof name);
    SOCKET s = accept(from, NULL, NULL);
    setsockopt(to, SOL_SOCKET, SO_LINGER, (const char *)&now, sizeof now);
    closesocket(to);
    Sleep(200);
    sprintf(detail, "SIO_KEEPALIVE_VALS error %d", set_vals(s, 61000, 7000));
    return "info";
}

static const char *tells_kind(char *detail)
{
    WSAPROTOCOL_INFOW info;
    int size = sizeof info, port;
    u_long mark;
    SOCKET fresh = tcp_socket(), from = listener(&port);
    int first = ioctlsocket(fresh, SIOCATMARK, &mark) ? WSAGetLastError() : 0;
    int second = ioctlsocket(from, SIOCATMARK, &mark) ? WSAGetLastError() : 0;
    int third = getsockopt(from, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&info, &size) ? WSAGetLastError() : 0;
    sprintf(detail, "SIOCATMARK fresh %d, listening %d; SO_PROTOCOL_INFOW listening %d", first, second, third);
    return answer(!third);
}

/* Ends the process with its answer: the thread that reads waits for ever. */
static const char *pipe_waits(char *detail)
{
    HANDLE end = pipe_being_read();
    if (end == INVALID_HANDLE_VALUE)
        return cannot(detail, "no pipe");
    printf("%s | a question to a pipe that is being read waits\n", answer(question_waits(end)));
    TerminateProcess(GetCurrentProcess(), 0);
    return "n-a";
}

static const char *tells_handles(char *detail)
{
    typedef LONG(NTAPI * query_process)(HANDLE, int, void *, ULONG, ULONG *);
    typedef LONG(NTAPI * query_system)(int, void *, ULONG, ULONG *);
    static char room[1 << 16];
    ULONG size = 0;
    HMODULE ntdll = GetModuleHandleA("ntdll.dll");
    LONG own_ones = ((query_process)(void *)GetProcAddress(ntdll, "NtQueryInformationProcess"))(
        GetCurrentProcess(), 51, room, sizeof room, &size);
    LONG all = ((query_system)(void *)GetProcAddress(ntdll, "NtQuerySystemInformation"))(64, room, sizeof room, &size);
    bool tells = own_ones >= 0 || all >= 0 || all == (LONG)0xc0000004;
    sprintf(detail, "of a process %08lx, of all %s", (ULONG)own_ones,
            all >= 0 || all == (LONG)0xc0000004 ? "yes" : "no");
    return expect(tells);
}

const struct step fact_steps[] = {
    {"A1", "SIO_KEEPALIVE_VALS before connect", vals_before_connect},
    {"A2", "SO_KEEPALIVE reads on after it", on_after_vals},
    {"A3", "options after 61.5 s and 7.4 s", reads_after_vals},
    {"A4", "256 probes", many_probes},
    {"A5", "the count stays when the times are set", count_survives_vals},
    {"A6", "the times stay when keepalive is switched off and on", values_survive_off},
    {"A7", "accept hands keepalive on", accept_inherits},
    {"A8", "a connection that was reset", refused_after_reset},
    {"A9", "a socket tells what it is", tells_kind},
    {"A10", "a question to a pipe that is being read waits", pipe_waits},
    {"A11", "handles are told", tells_handles},
    {0},
};
