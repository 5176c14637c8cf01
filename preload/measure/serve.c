#include "preload/measure/serve.h"
#include "core/silence_guest.h"
#include "preload/measure/look.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { OTHERS = 16, TICK_MS = 50, IDLE_MS = 1000, PAUSE_MS = 100 };

static struct silence_guest guest[SILENCE_GUESTS_MAX];
static struct pollfd polled[SILENCE_GUESTS_MAX + 1]; /* the listener, then the guests */
static size_t guests;
static volatile sig_atomic_t stopped;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

static void let_in(void)
{
    int fd = accept4(polled[0].fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            poll(NULL, 0, PAUSE_MS); /* it stays in the queue, and poll would come back at once */
        return;
    }
    if (guests == SILENCE_GUESTS_MAX) {
        close(fd);
        return;
    }
    guest[guests++] = silence_guest_at(look_now());
    polled[guests] = (struct pollfd){.fd = fd, .events = POLLIN};
}

/* The last one takes its place. */
static void see_off(size_t at)
{
    close(polled[at + 1].fd);
    guests--;
    guest[at] = guest[guests];
    polled[at + 1] = polled[guests + 1];
}

static int receive_from(size_t at, char *to, size_t room)
{
    ssize_t count = recv(polled[at + 1].fd, to, room, MSG_DONTWAIT);
    return count > 0 ? (int)count : count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static void send_to(size_t at, const char *text, size_t length)
{
    ssize_t ignored = send(polled[at + 1].fd, text, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)ignored;
}

static void serve_once(void)
{
    static const struct silence_line line = {receive_from, send_to};
    int ready = poll(polled, guests + 1, guests ? TICK_MS : IDLE_MS);
    int64_t now = look_now();
    if (ready < 0)
        return;
    for (size_t at = guests; at-- > 0;)
        if (!silence_guest_turn(&guest[at], at, polled[at + 1].revents, now, &line))
            see_off(at);
    if (polled[0].revents)
        let_in();
}

/* Descriptors for all of them, where the hard limit allows. */
static void make_room(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= SILENCE_GUESTS_MAX + OTHERS)
        return;
    limit.rlim_cur = limit.rlim_max < SILENCE_GUESTS_MAX + OTHERS ? limit.rlim_max : SILENCE_GUESTS_MAX + OTHERS;
    setrlimit(RLIMIT_NOFILE, &limit);
}

bool serve_run(struct peer *where, const char **why)
{
    struct sigaction action = {.sa_handler = stop};
    polled[0] = (struct pollfd){.fd = peer_listen(where, why), .events = POLLIN};
    if (polled[0].fd < 0)
        return false;
    make_room();
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    printf("listens on %s\n", where->written);
    if (fflush(stdout) == 0)
        while (!stopped)
            serve_once();
    return true;
}
