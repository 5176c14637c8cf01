/* Part C: do probes go out? Counted by the system itself; for an administrator, because only one may ask. */
#include "sockets.h"
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

/* A silent connection whose segments the system counts. */
struct silent {
    SOCKET s;
    MIB_TCPROW row;
    ULONG error;
    TCP_ESTATS_DATA_ROD_v0 before, after;
};

static void look(struct silent *silent, TCP_ESTATS_DATA_ROD_v0 *now)
{
    get_stats get = (get_stats)(void *)GetProcAddress(GetModuleHandleA("iphlpapi.dll"), "GetPerTcpConnectionEStats");
    silent->error =
        get ? get(&silent->row, TcpConnectionEstatsData, NULL, 0, 0, NULL, 0, 0, (BYTE *)now, 0, sizeof *now)
            : ERROR_NOT_SUPPORTED;
}

static void begin(struct silent *silent)
{
    set_stats set = (set_stats)(void *)GetProcAddress(LoadLibraryA("iphlpapi.dll"), "SetPerTcpConnectionEStats");
    TCP_ESTATS_DATA_RW_v0 on = {TRUE};
    int port;
    listener(&port);
    struct sockaddr_in name = loopback(port);
    silent->s = tcp_socket();
    connect(silent->s, (struct sockaddr *)&name, sizeof name);
    silent->row = row_of(silent->s);
    silent->error =
        set ? set(&silent->row, TcpConnectionEstatsData, (BYTE *)&on, 0, sizeof on, 0) : ERROR_NOT_SUPPORTED;
    if (!silent->error)
        look(silent, &silent->before);
}

/* In 11 s: one with an idle time of 2 s and an interval of 1 s, and one without keepalive. */
static const char *probes_sent(char *detail)
{
    struct silent with = {0}, without = {0};
    if (!may_probe())
        return cannot_probe(detail);
    begin(&with);
    begin(&without);
    set_vals(with.s, 2000, 1000);
    if (with.error || without.error) {
        sprintf(detail, "segments are not counted, error %lu", with.error);
        return "n-a";
    }
    Sleep(11000);
    look(&with, &with.after);
    look(&without, &without.after);
    long sent = (long)(with.after.SegsOut - with.before.SegsOut),
         other = (long)(without.after.SegsOut - without.before.SegsOut);
    sprintf(detail, "%ld segments in 11 s, without it %ld, error %lu", sent, other, with.error);
    return with.error ? "n-a" : expect(sent >= 4 && sent <= 12 && other == 0);
}

const struct step wire_steps[] = {
    {"C1", "probes leave a silent connection with keepalive, and none one without", probes_sent},
    {0},
};
