/*
 * The first TCP sockets of a process: made by threads at once, after it has written its title over its environment;
 * made in signal handlers and in children of fork, while another one is being made.
 */
#include "host.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS_MAX = 64 };

struct meeting {
    pthread_barrier_t start;
    struct probe_place place;
    int failed;
};

/* A listener, a connection to it and its accepted end. */
static int meet(struct probe_place place)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    return bind(listener, (struct sockaddr *)&place.address, place.size) == 0 &&
           getsockname(listener, (struct sockaddr *)&place.address, &place.size) == 0 && listen(listener, 1) == 0 &&
           connect(client, (struct sockaddr *)&place.address, place.size) == 0 && accept(listener, NULL, NULL) >= 0;
}

static void *meets(void *argument)
{
    struct meeting *meeting = argument;
    pthread_barrier_wait(&meeting->start);
    if (!meet(meeting->place))
        __atomic_add_fetch(&meeting->failed, 1, __ATOMIC_RELAXED);
    return NULL;
}

void host_first_in_threads(char **arguments)
{
    struct meeting meeting = {.place = probe_place("inet")};
    pthread_t threads[THREADS_MAX];
    int count = arguments[0] ? atoi(arguments[0]) : 0; /* NOLINT(cert-err34-c): the tests' own numbers */
    if (count < 1 || count > THREADS_MAX)
        probe_wrong("count");
    for (char **one = environ; *one; one++)
        memset(*one, 'x', strlen(*one));
    pthread_barrier_init(&meeting.start, NULL, (unsigned)count);
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, meets, &meeting) != 0)
            host_unavailable("thread");
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    printf("failed %d\n", meeting.failed);
}

enum { ASKED = 31, HANDLED = 5, FORKS = 3, ALTERNATE_STACK = 16384 };

static int unlike; /* sockets that were not under the policy */

/* Nobody answers there; what is set before a connect is there after it. */
static int is_asked(void)
{
    struct sockaddr_in nobody = {
        .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int idle = 0, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    connect(fd, (struct sockaddr *)&nobody, sizeof nobody);
    getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, &(socklen_t){sizeof idle});
    close(fd);
    return idle == ASKED;
}

static void count_unlike(void)
{
    if (!is_asked())
        __atomic_add_fetch(&unlike, 1, __ATOMIC_RELAXED);
}

static void on_alarm(int number)
{
    static int handled;
    int saved_errno = errno;
    (void)number;
    if (handled++ < HANDLED)
        count_unlike();
    errno = saved_errno;
}

static void *forks_at_once(void *start)
{
    pthread_barrier_wait(start);
    for (int i = 0; i < FORKS; i++) {
        int status = 1;
        pid_t child = fork();
        if (child == 0)
            _exit(!is_asked());
        waitpid(child, &status, 0);
        if (status)
            __atomic_add_fetch(&unlike, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

/* The timer comes several times while the first one is made: rules that are many take longer to read. */
void host_first_among_signals(char **arguments)
{
    static char room[ALTERNATE_STACK];
    const stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
    const struct sigaction handled = {.sa_handler = on_alarm, .sa_flags = SA_RESTART | SA_ONSTACK};
    const struct itimerval often = {{0, 60}, {0, 60}}, never = {{0, 0}, {0, 0}};
    pthread_barrier_t start;
    pthread_t thread;
    (void)arguments;
    sigaltstack(&stack, NULL);
    sigaction(SIGALRM, &handled, NULL);
    pthread_barrier_init(&start, NULL, 2);
    if (pthread_create(&thread, NULL, forks_at_once, &start) != 0)
        host_unavailable("thread");
    pthread_barrier_wait(&start);
    setitimer(ITIMER_REAL, &often, NULL);
    count_unlike();
    setitimer(ITIMER_REAL, &never, NULL);
    pthread_join(thread, NULL);
    count_unlike();
    printf("unlike %d\n", unlike);
}
