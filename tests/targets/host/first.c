/* The first TCP sockets of a process, made by threads at once, after it has written its title over its environment. */
#include "host.h"
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
