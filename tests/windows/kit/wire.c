/* Part C: do probes go out? Counted by the system itself; for an administrator, because only one may ask. */
#include "verify.h"
#include <iphlpapi.h>
#include <string.h>
#include <tcpestats.h>

typedef ULONG(WINAPI *set_stats)(MIB_TCPROW *, TCP_ESTATS_TYPE, BYTE *, ULONG, ULONG, ULONG);
typedef ULONG(WINAPI *get_stats)(MIB_TCPROW *, TCP_ESTATS_TYPE, BYTE *, ULONG, ULONG, BYTE *, ULONG, ULONG, BYTE *,
                                 ULONG, ULONG);

static MIB_TCPROW row_of(SOCKET s)
{
    struct sockaddr_in here, there;
    int size = sizeof here;
    getsockname(s, (struct sockaddr *)&here, &size);
    size = sizeof there;
    getpeername(s, (struct sockaddr *)&there, &size);
    return (MIB_TCPROW){.dwState = MIB_TCP_STATE_ESTAB,
                        .dwLocalAddr = here.sin_addr.s_addr,
                        .dwLocalPort = here.sin_port,
                        .dwRemoteAddr = there.sin_addr.s_addr,
                        .dwRemotePort = there.sin_port};
}

/* Segments that leave a silent connection in 11 s: idle 2 s and interval 1 s when it has keepalive. -1: not told. */
static long segments(bool keepalive, ULONG *error)
{
    HMODULE library = LoadLibraryA("iphlpapi.dll");
    set_stats set = (set_stats)(void *)GetProcAddress(library, "SetPerTcpConnectionEStats");
    get_stats get = (get_stats)(void *)GetProcAddress(library, "GetPerTcpConnectionEStats");
    TCP_ESTATS_DATA_RW_v0 on = {TRUE};
    TCP_ESTATS_DATA_ROD_v0 before = {0}, after = {0};
    int port;
    SOCKET from = listener(&port), s = tcp_socket();
    struct sockaddr_in name = loopback(port);
    connect(s, (struct sockaddr *)&name, sizeof name);
    MIB_TCPROW row = row_of(s);
    if (keepalive)
        set_vals(s, 2000, 1000);
    *error = set && get ? set(&row, TcpConnectionEstatsData, (BYTE *)&on, 0, sizeof on, 0) : ERROR_NOT_SUPPORTED;
    if (*error)
        return -1;
    get(&row, TcpConnectionEstatsData, NULL, 0, 0, NULL, 0, 0, (BYTE *)&before, 0, sizeof before);
    Sleep(11000);
    *error = get(&row, TcpConnectionEstatsData, NULL, 0, 0, NULL, 0, 0, (BYTE *)&after, 0, sizeof after);
    closesocket(from);
    closesocket(s);
    return *error ? -1 : (long)(after.SegsOut - before.SegsOut);
}

static const char *probes(bool keepalive, char *detail)
{
    ULONG error;
    if (!may_probe())
        return "n-a";
    long sent = segments(keepalive, &error);
    sprintf(detail, "%ld segments in 11 s, error %lu", sent, error);
    return sent < 0 ? "n-a" : expect(keepalive ? sent >= 4 && sent <= 12 : sent == 0);
}

static const char *probes_sent(char *detail)
{
    return probes(true, detail);
}

static const char *none_sent(char *detail)
{
    return probes(false, detail);
}

const struct step wire_steps[] = {
    {"C1", "probes leave a silent connection with keepalive", probes_sent},
    {"C2", "nothing leaves one without", none_sent},
    {0},
};
