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

static int receive_from(size_t at, char *to, size_t room)
{
    int count = recv(polled[at + 1].fd, to, (int)room, 0);
    return count > 0 ? count : count < 0 && WSAGetLastError() == WSAEWOULDBLOCK ? 0 : -1;
}

static void send_to(size_t at, const char *text, size_t length)
{
    send(polled[at + 1].fd, text, (int)length, 0);
}

static void serve_once(void)
{
    static const struct silence_line line = {receive_from, send_to};
    int ready = WSAPoll(polled, guests + 1, guests ? TICK_MS : IDLE_MS);
    int64_t now = (int64_t)clock_ms();
    if (ready < 0)
        return;
    for (size_t at = guests; at-- > 0;)
        if (!silence_guest_turn(&guest[at], at, polled[at + 1].revents, now, &line))
            see_off(at);
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
