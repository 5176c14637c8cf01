/*
 * Part A: what the system does, without tcpalive. Nothing here is expected; the answers decide what tcpalive
 * may count on.
 */
#include "verify.h"

enum { IDLE = 3, MAXRT = 5, MAXRTMS = 14, COUNT = 16, INTERVAL = 17 };

SOCKET tcp_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
}

struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((u_short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

SOCKET listener(int *port)
{
    struct sockaddr_in name = loopback(0);
    int size = sizeof name;
    SOCKET s = tcp_socket();
    bind(s, (struct sockaddr *)&name, size);
    listen(s, SOMAXCONN);
    getsockname(s, (struct sockaddr *)&name, &size);
    *port = ntohs(name.sin_port);
    return s;
}

long tcp_option(SOCKET s, int option)
{
    DWORD value = 0;
    int size = sizeof value;
    return getsockopt(s, IPPROTO_TCP, option, (char *)&value, &size) ? -1 : (long)value;
}

int keepalive_of(SOCKET s)
{
    int on = 0, size = sizeof on;
    return getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&on, &size) ? -1 : (on & 0xff) != 0;
}

int set_vals(SOCKET s, ULONG time, ULONG interval)
{
    struct tcp_keepalive vals = {1, time, interval};
    DWORD size;
    return WSAIoctl(s, SIO_KEEPALIVE_VALS, &vals, sizeof vals, NULL, 0, &size, NULL, NULL) ? WSAGetLastError() : 0;
}

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
    sprintf(detail, "idle %ld, interval %ld, count %ld, maxrt %ld, maxrtms %ld", tcp_option(s, IDLE),
            tcp_option(s, INTERVAL), tcp_option(s, COUNT), tcp_option(s, MAXRT), tcp_option(s, MAXRTMS));
    return "info";
}

int set_tcp_option(SOCKET s, int option, DWORD value)
{
    return setsockopt(s, IPPROTO_TCP, option, (const char *)&value, sizeof value) ? WSAGetLastError() : 0;
}

static const char *many_probes(char *detail)
{
    sprintf(detail, "error %d", set_tcp_option(tcp_socket(), COUNT, 256));
    return "info";
}

static const char *count_survives_vals(char *detail)
{
    SOCKET s = tcp_socket();
    int error = set_tcp_option(s, COUNT, 5);
    set_vals(s, 61500, 7400);
    sprintf(detail, "set %d, then %ld", error, tcp_option(s, COUNT));
    return error ? "n-a" : answer(tcp_option(s, COUNT) == 5);
}

static const char *values_survive_off(char *detail)
{
    SOCKET s = tcp_socket();
    BOOL on = FALSE;
    set_vals(s, 61000, 7000);
    setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (const char *)&on, sizeof on);
    on = TRUE;
    setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (const char *)&on, sizeof on);
    sprintf(detail, "idle %ld", tcp_option(s, IDLE));
    return tcp_option(s, IDLE) < 0 ? "n-a" : answer(tcp_option(s, IDLE) == 61);
}

/* A listener with everything set, and what it accepts. */
static const char *accept_inherits(char *detail)
{
    int port;
    SOCKET from = listener(&port), to = tcp_socket();
    struct sockaddr_in name = loopback(port);
    set_tcp_option(from, COUNT, 5);
    set_tcp_option(from, MAXRT, 77);
    set_vals(from, 61000, 7000);
    connect(to, (struct sockaddr *)&name, sizeof name);
    SOCKET s = accept(from, NULL, NULL);
    sprintf(detail, "keepalive %d, idle %ld, interval %ld, count %ld, maxrt %ld", keepalive_of(s), tcp_option(s, IDLE),
            tcp_option(s, INTERVAL), tcp_option(s, COUNT), tcp_option(s, MAXRT));
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

static HANDLE pipe_end;

static DWORD WINAPI ask_pipe(void *unused)
{
    u_long mark;
    (void)unused;
    ioctlsocket((SOCKET)pipe_end, SIOCATMARK, &mark);
    return 0;
}

static const char *question_waits(char *detail)
{
    (void)detail;
    pipe_end = pipe_being_read();
    if (pipe_end == INVALID_HANDLE_VALUE)
        return "n-a";
    Sleep(200);
    HANDLE asking = CreateThread(NULL, 0, ask_pipe, NULL, 0, NULL);
    bool waits = WaitForSingleObject(asking, 1500) != WAIT_OBJECT_0;
    printf("%s | a question to a pipe that is being read waits\n", answer(waits));
    TerminateProcess(GetCurrentProcess(), 0); /* the threads wait for ever */
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
    {"A10", "a question to a pipe that is being read waits", question_waits},
    {"A11", "handles are told", tells_handles},
    {0},
};
