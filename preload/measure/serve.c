#include "preload/measure/serve.h"
#include "core/silence_request.h"
#include "preload/command/say.h"
#include "preload/measure/look.h"
#include "preload/measure/peer.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* After it spoke, or tried to, a connection is kept for a minute: the answer may have to be said again and again. */
enum {
    USAGE = 125,
    GUESTS_MAX = 1024,
    OTHERS = 16,
    TICK_MS = 50,
    IDLE_MS = 1000,
    AFTERWARDS_MS = 60000,
    PAUSE_MS = 100
};

struct guest {
    int64_t speaks_at; /* 0: it has not asked */
    int64_t ends_at;
    size_t came;
    char asked[SILENCE_REQUEST_SIZE];
};

static struct guest guest[GUESTS_MAX];
static struct pollfd polled[GUESTS_MAX + 1]; /* the listener, then the guests */
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
    if (guests == GUESTS_MAX) {
        close(fd);
        return;
    }
    guest[guests++] = (struct guest){.ends_at = look_now() + SILENCE_REQUEST_MAX};
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

/* False when the guest is to go: it ended, said what nobody understands, or more than it may. */
static bool hear(size_t at)
{
    struct guest *one = &guest[at];
    size_t room = sizeof one->asked - one->came;
    int32_t ms;
    ssize_t count = recv(polled[at + 1].fd, one->asked + one->came, room, MSG_DONTWAIT);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR;
    if (count == 0 || one->speaks_at)
        return false;
    one->came += (size_t)count;
    switch (silence_request_read((struct span){one->asked, one->came}, &ms)) {
    case SILENCE_REQUEST_WRONG:
        return false;
    case SILENCE_REQUEST_SHORT:
        return one->came < sizeof one->asked;
    case SILENCE_REQUEST_WHOLE:
        one->speaks_at = look_now() + ms;
        one->ends_at = one->speaks_at + AFTERWARDS_MS;
    }
    return true;
}

/* False when its time is over. */
static bool keep(size_t at, int64_t now)
{
    struct guest *one = &guest[at];
    if (one->speaks_at && now >= one->speaks_at && one->came) {
        one->came = 0; /* once */
        ssize_t ignored = send(polled[at + 1].fd, silence_answer, strlen(silence_answer), MSG_NOSIGNAL | MSG_DONTWAIT);
        (void)ignored;
    }
    return now < one->ends_at;
}

static void serve_once(void)
{
    int ready = poll(polled, guests + 1, guests ? TICK_MS : IDLE_MS);
    int64_t now = look_now();
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

/* Descriptors for all of them, where the hard limit allows. */
static void make_room(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= GUESTS_MAX + OTHERS)
        return;
    limit.rlim_cur = limit.rlim_max < GUESTS_MAX + OTHERS ? limit.rlim_max : GUESTS_MAX + OTHERS;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int serve_run(const char *where)
{
    struct peer peer;
    const char *why;
    struct sigaction action = {.sa_handler = stop};
    if (!peer_parse(where, true, &peer))
        return say_usage("--serve", where, "must be [ADDRESS:]PORT, an IPv6 address in brackets");
    polled[0] = (struct pollfd){.fd = peer_listen(&peer, &why), .events = POLLIN};
    if (polled[0].fd < 0) {
        say("--serve", where, why);
        return EXIT_UNREACHED;
    }
    make_room();
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    printf("listens on %s\n", peer.written);
    if (fflush(stdout) != 0)
        return say_error("--serve", "standard output", errno);
    while (!stopped)
        serve_once();
    return EXIT_DONE;
}
