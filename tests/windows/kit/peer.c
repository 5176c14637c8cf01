/*
 * Part C, a peer that is gone: a connection over the network, whose packets a route then sends to an address where
 * nobody is. For an administrator; the route is taken away again.
 */
#include "run.h"
#include "sockets.h"
#include <iphlpapi.h>
#include <stdlib.h>
#include <string.h>

/* Who answers on this port to nearly every machine; `--peer HOST:PORT` names another one, in this variable. */
#define PEER_VARIABLE "TCPALIVE_VERIFY_PEER"
#define PEER          "1.1.1.1:443"
enum { IDLE_MS = 5000, INTERVAL_MS = 1000, PROBES = 5, FIXED_PROBES = 10, SLACK_MS = 1500 };

static struct sockaddr_in peer(void)
{
    char text[64] = PEER;
    GetEnvironmentVariableA(PEER_VARIABLE, text, sizeof text);
    char *port = strrchr(text, ':');
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((u_short)(port ? atoi(port + 1) : 0))};
    if (port)
        *port = 0;
    name.sin_addr.s_addr = inet_addr(text);
    return name;
}

static void route(const char *verb, const char *more)
{
    char line[LINE_SIZE], address[32];
    struct run run;
    struct sockaddr_in to = peer();
    snprintf(address, sizeof address, "%s", inet_ntoa(to.sin_addr));
    snprintf(line, sizeof line, "route.exe %s %s %s", verb, address, more);
    run_line(line, 5000, &run);
}

void wire_remove(void)
{
    if (may_probe())
        route("DELETE", "");
}

/*
 * The highest address of the own subnet that is not ours and answers no ARP, or the highest at all where all
 * are answered for.
 */
static struct in_addr nobody(struct in_addr own_one)
{
    typedef DWORD(WINAPI * get_table)(MIB_IPADDRTABLE *, ULONG *, BOOL);
    typedef DWORD(WINAPI * send_arp)(IPAddr, IPAddr, void *, ULONG *);
    static BYTE room[16384];
    HMODULE library = LoadLibraryA("iphlpapi.dll");
    send_arp ask = (send_arp)(void *)GetProcAddress(library, "SendARP");
    MIB_IPADDRTABLE *table = (MIB_IPADDRTABLE *)room;
    ULONG size = sizeof room, mask = htonl(0xffffff00), own = ntohl(own_one.s_addr);
    ((get_table)(void *)GetProcAddress(library, "GetIpAddrTable"))(table, &size, FALSE);
    for (DWORD i = 0; i < table->dwNumEntries; i++)
        if (table->table[i].dwAddr == own_one.s_addr)
            mask = table->table[i].dwMask;
    ULONG last = (own | ~ntohl(mask)) - 1, found = last == own ? last - 1 : last;
    for (ULONG at = found; at > found - 4; at--) {
        ULONG mac[2], length = sizeof mac;
        if (at != own && ask(htonl(at), 0, mac, &length))
            return (struct in_addr){.s_addr = htonl(at)};
    }
    return (struct in_addr){.s_addr = htonl(found)};
}

/* How long until a connection is told dead; -1: it cannot be tried, why in `detail`. */
static long dies_after(SOCKET s, bool data, char *detail)
{
    struct sockaddr_in to = peer(), own_name;
    int size = sizeof own_name;
    DWORD limit = 25000;
    char byte = 0, way[64];
    if (connect(s, (struct sockaddr *)&to, sizeof to)) {
        sprintf(detail, "the peer is not reached, error %d; another one by --peer", WSAGetLastError());
        return -1;
    }
    getsockname(s, (struct sockaddr *)&own_name, &size);
    snprintf(way, sizeof way, "MASK 255.255.255.255 %s METRIC 1", inet_ntoa(nobody(own_name.sin_addr)));
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, (const char *)&limit, sizeof limit);
    route("ADD", way);
    DWORD begun = GetTickCount();
    if (data)
        send(s, &byte, 1, 0);
    int count = recv(s, &byte, 1, 0), error = count < 0 ? WSAGetLastError() : 0;
    long took = (long)(GetTickCount() - begun);
    wire_remove();
    sprintf(detail, "after %ld ms, recv %d, error %d", took, count, error);
    return took;
}

static const char *dead_peer(char *detail)
{
    SOCKET s = tcp_socket();
    if (!may_probe())
        return cannot_probe(detail);
    bool counted = set_tcp_option(s, OPTION_COUNT, PROBES) == 0;
    set_vals(s, IDLE_MS, INTERVAL_MS);
    long took = dies_after(s, false, detail), wanted = IDLE_MS + INTERVAL_MS * (counted ? PROBES : FIXED_PROBES);
    return took < 0 ? "n-a" : expect(took > wanted - SLACK_MS && took < wanted + SLACK_MS);
}

static const char *dead_peer_with_data(char *detail)
{
    SOCKET s = tcp_socket();
    if (!may_probe())
        return cannot_probe(detail);
    set_tcp_option(s, OPTION_MAXRT, 10);
    return dies_after(s, true, detail) < 0 ? "n-a" : "info";
}

const struct step peer_steps[] = {
    {"C2", "a dead peer is noticed after 5 s and its probes", dead_peer},
    {"C3", "a dead peer with data in flight and TCP_MAXRT 10 s", dead_peer_with_data},
    {0},
};
