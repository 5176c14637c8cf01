/*
 * One kind of call many times over. Run by bench.py under each way of keeping connections alive; itself it is an
 * ordinary program that knows of none. Prints nanoseconds for one operation.
 *
 *   micro [--floor] [--mark] [--open N] [--threads N] ROW COUNT    ROW: socket connect accept udp exec exchange
 *   micro [--floor] hold CONNECTIONS   opens them, a child has the other ends; says `ready` and waits until stdin ends
 *
 * --floor: makes the calls itself that a policy of 60 s, 10 s and 6 probes comes to. --mark: getpgid(2) before and
 * getsid(2) after what counts, for those who count system calls. What counts happens in functions called timed_*.
 */
#include "idle.h"
#include "place.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int place_with_floor;
static int with_marks;

/* Without a TIME_WAIT, which would fill up the ports. */
static void drop(struct place *place)
{
    const struct linger at_once = {1, 0};
    for (int i = 0; i < PLACE_BATCH; i++) {
        setsockopt(place->client[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(place->client[i]);
        close(place->server[i]);
    }
}

static void dial_all(struct place *place)
{
    for (int i = 0; i < PLACE_BATCH; i++)
        place_dial(place, i);
}

static void accept_all(struct place *place)
{
    for (int i = 0; i < PLACE_BATCH; i++)
        if ((place->server[i] = accept(place->listener, NULL, NULL)) < 0)
            place_fail("accept");
}

static void accept_and_drop(struct place *place)
{
    accept_all(place);
    drop(place);
}

static void nothing(struct place *place)
{
    (void)place;
}

static __attribute__((noinline)) void timed_socket(struct place *place)
{
    (void)place;
    for (int i = 0; i < PLACE_BATCH; i++)
        close(place_make());
}

static __attribute__((noinline)) void timed_udp(struct place *place)
{
    (void)place;
    for (int i = 0; i < PLACE_BATCH; i++)
        close(socket(AF_INET, SOCK_DGRAM, 0));
}

static __attribute__((noinline)) void timed_connect(struct place *place)
{
    dial_all(place);
}

static __attribute__((noinline)) void timed_accept(struct place *place)
{
    accept_all(place);
}

static void dial_and_accept(struct place *place)
{
    dial_all(place);
    accept_all(place);
}

/* A request and its answer on a connection that stands. */
static __attribute__((noinline)) void timed_exchange(struct place *place)
{
    char text[200] = {0};
    for (int i = 0; i < PLACE_BATCH; i++)
        if (write(place->client[i], text, sizeof text) < 0 || read(place->server[i], text, sizeof text) < 0 ||
            write(place->server[i], text, sizeof text) < 0 || read(place->client[i], text, sizeof text) < 0)
            place_fail("exchange");
}

static __attribute__((noinline)) void timed_exec(struct place *place)
{
    (void)place;
    for (int i = 0; i < PLACE_BATCH; i++) {
        pid_t pid = vfork();
        if (pid == 0) {
            execl("/bin/true", "true", NULL);
            _exit(127);
        }
        waitpid(pid, NULL, 0);
    }
}

static const struct row {
    const char *name;
    void (*before)(struct place *), (*timed)(struct place *), (*after)(struct place *);
} rows[] = {
    {"socket", nothing, timed_socket, nothing},
    {"udp", nothing, timed_udp, nothing},
    {"connect", nothing, timed_connect, accept_and_drop},
    {"accept", dial_all, timed_accept, drop},
    {"exec", nothing, timed_exec, nothing},
    {"exchange", dial_and_accept, timed_exchange, drop},
};

static const struct row *row;
static pthread_barrier_t all_ready;

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double one_batch(struct place *place)
{
    row->before(place);
    if (with_marks)
        getpgid(0);
    double begin = now_ns();
    row->timed(place);
    double taken = now_ns() - begin;
    if (with_marks)
        getsid(0);
    row->after(place);
    return taken;
}

static double all_batches(struct place *place)
{
    double taken = 0;
    for (long i = 0; i < place->batches; i++)
        taken += one_batch(place);
    return taken;
}

static void *run(void *argument)
{
    pthread_barrier_wait(&all_ready);
    all_batches(argument);
    return NULL;
}

/* Of all threads together, from the first one's beginning to the last one's end. */
static double run_threads(struct place *places, int threads)
{
    pthread_t *thread = calloc((size_t)threads, sizeof *thread);
    if (!thread || pthread_barrier_init(&all_ready, NULL, (unsigned)threads + 1) != 0)
        place_fail("threads");
    for (int i = 0; i < threads; i++)
        if (pthread_create(&thread[i], NULL, run, &places[i]) != 0)
            place_fail("pthread_create");
    double begin = now_ns();
    pthread_barrier_wait(&all_ready);
    for (int i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
    free(thread);
    return now_ns() - begin;
}

/* A single one stays the process's only thread: the C library makes others pay for their number. */
static void measure(long count, int threads)
{
    struct place *places = calloc((size_t)threads, sizeof *places);
    long batches = (count + (long)threads * PLACE_BATCH - 1) / ((long)threads * PLACE_BATCH);
    if (!places)
        place_fail("places");
    for (int i = 0; i < threads; i++) {
        place_open(&places[i]);
        places[i].batches = batches;
    }
    double taken = threads == 1 ? all_batches(places) : run_threads(places, threads);
    printf("%.1f\n", taken / (double)(batches * PLACE_BATCH * threads));
    free(places);
}

static void raise_limit(void)
{
    struct rlimit limit = {200000, 200000};
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
        return;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
    long threads = 1;
    raise_limit();
    for (; argc > 1 && strncmp(argv[1], "--", 2) == 0; argc--, argv++) {
        place_with_floor = place_with_floor || strcmp(argv[1], "--floor") == 0;
        with_marks = with_marks || strcmp(argv[1], "--mark") == 0;
        if (strcmp(argv[1], "--open") == 0 && argc > 2)
            idle_open(atol(argv[2]));
        if (strcmp(argv[1], "--threads") == 0 && argc > 2)
            threads = atol(argv[2]);
        if (strcmp(argv[1], "--open") == 0 || strcmp(argv[1], "--threads") == 0)
            argc--, argv++;
    }
    if (argc == 3 && strcmp(argv[1], "hold") == 0) {
        idle_hold(atol(argv[2]));
        return 0;
    }
    for (size_t i = 0; argc == 3 && i < sizeof rows / sizeof *rows; i++)
        if (strcmp(argv[1], rows[i].name) == 0)
            row = &rows[i];
    if (!row || threads < 1) {
        fputs("usage: micro [--floor] [--mark] [--open N] [--threads N] ROW COUNT | micro [--floor] hold CONNECTIONS\n",
              stderr);
        return 64;
    }
    measure(atol(argv[2]), (int)threads);
    return 0;
}
