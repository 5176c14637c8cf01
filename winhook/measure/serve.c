#include "serve.h"
#include "clock.h"
#include "core/silence_guest.h"
#include "stop.h"
#include <stdio.h>
#include <string.h>

enum { TICK_MS = 50, IDLE_MS = 200, PAUSE_MS = 100 };

static struct silence_guest guest[SILENCE_GUESTS_MAX];
static WSAPOLLFD polled[SILENCE_GUESTS_MAX + 1]; /* the listener, then the guests */
static ULONG guests;

static void let_in(void)
{
    u_long on = 1;
    SOCKET s = accept(polled[0].fd, NULL, NULL);
    if (s == INVALID_SOCKET) {
        if (WSAGetLastError() == WSAEMFILE || WSAGetLastError() == WSAENOBUFS)
            Sleep(PAUSE_MS); /* it stays in the queue, and the next look would come back at once */
        return;
    }
    if (guests == SILENCE_GUESTS_MAX || ioctlsocket(s, FIONBIO, &on)) {
        closesocket(s);
        return;
    }
    guest[guests++] = silence_guest_at((int64_t)clock_ms());
    polled[guests] = (WSAPOLLFD){.fd = s, .events = POLLRDNORM};
}

/* The last one takes its place. */
static void see_off(size_t at)
{
    closesocket(polled[at + 1].fd);
    guests--;
    guest[at] = guest[guests];
    polled[at + 1] = polled[guests + 1];
}

/* False when the guest is to go. */
static bool hear(size_t at)
{
    size_t room;
    char *to = silence_guest_room(&guest[at], &room);
    int count = recv(polled[at + 1].fd, to, (int)room, 0);
    if (count < 0)
        return WSAGetLastError() == WSAEWOULDBLOCK;
    return count > 0 && silence_guest_hear(&guest[at], (size_t)count, (int64_t)clock_ms());
}

static bool keep(size_t at, int64_t now)
{
    if (silence_guest_is_due(&guest[at], now))
        send(polled[at + 1].fd, silence_answer, (int)strlen(silence_answer), 0);
    return silence_guest_stays(&guest[at], now);
}

static void serve_once(void)
{
    int ready = WSAPoll(polled, guests + 1, guests ? TICK_MS : IDLE_MS);
    int64_t now = (int64_t)clock_ms();
    if (ready < 0)
        return;
    for (size_t at = guests; at-- > 0;) {
        bool stays = keep(at, now);
        if (stays && polled[at + 1].revents)
            stays = hear(at);
        if (!stays)
            see_off(at);
    }
    if (polled[0].revents)
        let_in();
}

int serve_run(struct peer *where)
{
    int error;
    polled[0] = (WSAPOLLFD){.fd = peer_listen(where, &error), .events = POLLRDNORM};
    if (polled[0].fd == INVALID_SOCKET)
        return error;
    printf("listens on %s\n", where->written);
    fflush(stdout);
    while (!stop_asked())
        serve_once();
    return 0;
}
