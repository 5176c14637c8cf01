/* Calls in threads: cancelled, interrupted, many at a time, with forks in between. */
#include "host.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { THREADS_MAX = 512 };

struct blocked {
    struct probe_place place;
    int fd, connects, tid;
};

/* A listener with a full queue: the next connect gets no answer. */
static void fill_queue(struct probe_place *place)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr *)&place->address, place->size);
    getsockname(listener, (struct sockaddr *)&place->address, &place->size);
    listen(listener, 0);
    for (int i = 0; i < 3; i++)
        connect(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), (struct sockaddr *)&place->address, place->size);
}

static void prepare(struct blocked *blocked, const char *call)
{
    *blocked = (struct blocked){.place = probe_place("inet"), .connects = call && strcmp(call, "connect") == 0};
    if (blocked->connects) {
        fill_queue(&blocked->place);
        blocked->fd = socket(AF_INET, SOCK_STREAM, 0);
    } else {
        blocked->fd = probe_listener(&blocked->place);
    }
    probe_shows("blocked", blocked->fd);
}

static void cleaned(const void *unused)
{
    (void)unused;
    puts("cleanup ran");
}

static long block(struct blocked *blocked)
{
    __atomic_store_n(&blocked->tid, (int)syscall(SYS_gettid), __ATOMIC_RELEASE);
    if (blocked->connects)
        return CALL("connect", connect(blocked->fd, (struct sockaddr *)&blocked->place.address, blocked->place.size));
    return CALL("accept", accept(blocked->fd, NULL, NULL));
}

#ifdef __GLIBC__
/* A destructor as C++ has them: it runs only when the stack can be unwound through every frame of the call. */
static void *block_with_cleanup(void *argument)
{
    __attribute__((cleanup(cleaned))) const char guard = 0;
    (void)guard;
    block(argument);
    return NULL;
}
#else
static void clean(void *unused)
{
    cleaned(unused);
}

/* musl unwinds nothing: it runs the handlers that the thread has left with it. */
static void *block_with_cleanup(void *argument)
{
    pthread_cleanup_push(clean, NULL);
    block(argument);
    pthread_cleanup_pop(0);
    return NULL;
}
#endif

static void *block_plainly(void *argument)
{
    block(argument);
    return NULL;
}

static char state_of(int tid)
{
    char path[64], text[512] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
    FILE *file = fopen(path, "re");
    if (file) {
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
    }
    const char *end = strrchr(text, ')');
    return end && end[1] ? end[2] : '?';
}

static void wait_until_blocked(struct blocked *blocked)
{
    for (int tries = 0; tries < 3000; tries++) {
        int tid = __atomic_load_n(&blocked->tid, __ATOMIC_ACQUIRE);
        if (tid && state_of(tid) == 'S')
            return;
        poll(NULL, 0, 10);
    }
    probe_wrong("thread");
}

void host_cancel(char **arguments)
{
    struct blocked blocked;
    pthread_t thread;
    void *result = NULL;
    prepare(&blocked, arguments[0]);
    pthread_create(&thread, NULL, block_with_cleanup, &blocked);
    wait_until_blocked(&blocked);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    puts(result == PTHREAD_CANCELED ? "cancelled" : "not cancelled");
}

static void on_signal(int number)
{
    (void)number;
}

void host_interrupt(char **arguments)
{
    struct blocked blocked;
    pthread_t thread;
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, NULL);
    prepare(&blocked, arguments[0]);
    pthread_create(&thread, NULL, block_plainly, &blocked);
    wait_until_blocked(&blocked);
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, NULL);
}

/* All threads at once, each a client of its own. */
struct crowd {
    struct probe_place place;
    int listener, count;
    pthread_barrier_t start;
    int failed;
};

static void connect_once(struct crowd *crowd)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&crowd->place.address, crowd->place.size) != 0)
        __atomic_add_fetch(&crowd->failed, 1, __ATOMIC_RELAXED);
}

static void *connects(void *argument)
{
    struct crowd *crowd = argument;
    pthread_barrier_wait(&crowd->start);
    connect_once(crowd);
    return NULL;
}

static void *accepts(void *argument)
{
    struct crowd *crowd = argument;
    for (int i = 0; i < crowd->count; i++)
        if (accept(crowd->listener, NULL, NULL) < 0)
            __atomic_add_fetch(&crowd->failed, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void *forks(void *argument)
{
    struct crowd *crowd = argument;
    pthread_barrier_wait(&crowd->start);
    pid_t child = fork();
    if (child == 0) {
        connect_once(crowd);
        host_waits();
    }
    if (child < 0)
        __atomic_add_fetch(&crowd->failed, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void run_crowd(struct crowd *crowd, void *(*run)(void *))
{
    pthread_t threads[THREADS_MAX + 1];
    if (crowd->count > THREADS_MAX)
        probe_wrong("count");
    crowd->place = probe_place("inet");
    crowd->listener = probe_listener(&crowd->place);
    listen(crowd->listener, crowd->count); /* or the kernel takes so many for an attack, and forgets some */
    pthread_barrier_init(&crowd->start, NULL, (unsigned)crowd->count);
    for (int i = 0; i < crowd->count; i++)
        if (pthread_create(&threads[i], NULL, run, crowd) != 0)
            host_unavailable("thread");
    pthread_create(&threads[crowd->count], NULL, accepts, crowd);
    for (int i = 0; i <= crowd->count; i++)
        pthread_join(threads[i], NULL);
    printf("failed %d\n", crowd->failed);
}

void host_threads(char **arguments)
{
    struct crowd crowd = {.count = probe_number(arguments[0])};
    run_crowd(&crowd, connects);
}

void host_fork_in_threads(char **arguments)
{
    struct crowd crowd = {.count = probe_number(arguments[0])};
    run_crowd(&crowd, forks);
}

struct setting {
    int fd, idle, times;
};

static void *set_again_and_again(void *argument)
{
    const struct setting *setting = argument;
    for (int i = 0; i < setting->times; i++)
        setsockopt(setting->fd, IPPROTO_TCP, TCP_KEEPIDLE, &setting->idle, sizeof setting->idle);
    return NULL;
}

/* COUNT: two threads set the same option of one socket, each to a value of its own. */
void host_set_in_threads(char **arguments)
{
    struct probe_place place = probe_place("inet");
    int listener = probe_listener(&place), client = socket(AF_INET, SOCK_STREAM, 0);
    struct setting settings[2] = {{client, 15, probe_number(arguments[0])}, {client, 7000, probe_number(arguments[0])}};
    pthread_t threads[2];
    CALL("connect", connect(client, (struct sockaddr *)&place.address, place.size));
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, set_again_and_again, &settings[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    probe_shows("listener", listener);
    probe_shows("client", client);
}
