/*
 * One kind of call many times over. Run by bench.py under each way of keeping connections alive; itself it is an
 * ordinary program that knows of none. Prints nanoseconds for one operation.
 *
 *   micro [--floor] [--mark] [--open N] [--threads N] ROW COUNT    ROW: socket connect accept udp exec
 *   micro [--floor] hold CONNECTIONS   opens them, a child has the other ends; says `ready` and waits until stdin ends
 *
 * --floor: makes the calls itself that a policy of 60 s, 10 s and 6 probes comes to. --mark: getpgid(2) before and
 * getsid(2) after what counts, for those who count system calls. What counts happens in functions called timed_*.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, HOLD_STEP = 500 };

static int with_floor, with_marks;

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void set(int fd, int level, int name, int value)
{
    if (setsockopt(fd, level, name, &value, sizeof value) != 0)
        fail("setsockopt");
}

static int make(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        fail("socket");
    if (with_floor) {
        set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 60);
        set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 10);
        set(fd, IPPROTO_TCP, TCP_KEEPCNT, 6);
        set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    }
    return fd;
}

/* One thread's own listener and the sockets of one batch. */
struct place {
    struct sockaddr_in address;
    int listener, client[BATCH], server[BATCH];
    long batches;
};

static void open_place(struct place *place)
{
    socklen_t size = sizeof place->address;
    place->address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    place->listener = make();
    if (bind(place->listener, (struct sockaddr *)&place->address, size) != 0 || listen(place->listener, 1024) != 0)
        fail("listen");
    getsockname(place->listener, (struct sockaddr *)&place->address, &size);
    fcntl(place->listener, F_SETFD, FD_CLOEXEC);
}

static void dial(struct place *place, int i)
{
    place->client[i] = make();
    if (connect(place->client[i], (struct sockaddr *)&place->address, sizeof place->address) != 0)
        fail("connect");
}

/* Without a TIME_WAIT, which would fill up the ports. */
static void drop(struct place *place)
{
    const struct linger at_once = {1, 0};
    for (int i = 0; i < BATCH; i++) {
        setsockopt(place->client[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(place->client[i]);
        close(place->server[i]);
    }
}

static void dial_all(struct place *place)
{
    for (int i = 0; i < BATCH; i++)
        dial(place, i);
}

static void accept_all(struct place *place)
{
    for (int i = 0; i < BATCH; i++)
        if ((place->server[i] = accept(place->listener, NULL, NULL)) < 0)
            fail("accept");
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
    for (int i = 0; i < BATCH; i++)
        close(make());
}

static __attribute__((noinline)) void timed_udp(struct place *place)
{
    (void)place;
    for (int i = 0; i < BATCH; i++)
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

static __attribute__((noinline)) void timed_exec(struct place *place)
{
    (void)place;
    for (int i = 0; i < BATCH; i++) {
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
        fail("threads");
    for (int i = 0; i < threads; i++)
        if (pthread_create(&thread[i], NULL, run, &places[i]) != 0)
            fail("pthread_create");
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
    long batches = (count + (long)threads * BATCH - 1) / ((long)threads * BATCH);
    if (!places)
        fail("places");
    for (int i = 0; i < threads; i++) {
        open_place(&places[i]);
        places[i].batches = batches;
    }
    double taken = threads == 1 ? all_batches(places) : run_threads(places, threads);
    printf("%.1f\n", taken / (double)(batches * BATCH * threads));
    free(places);
}

/* As many as one process may open are its own, the rest its children's, which end with it. */
static void open_idle(long count)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    long own = (long)limit.rlim_cur - 1024;
    for (; count > own; count -= own) {
        pid_t parent = getpid();
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (long i = 0; i < own; i++)
                make();
            while (getppid() == parent)
                pause();
            _exit(0);
        }
    }
    while (count-- > 0)
        make();
}

/* The accepting end. A byte for each step keeps the other from running ahead of the queue. */
static void accept_and_wait(const struct place *place, long connections, int progress)
{
    for (long i = 1; i <= connections; i++) {
        if (accept(place->listener, NULL, NULL) < 0)
            fail("accept");
        if (i % HOLD_STEP == 0 && write(progress, "", 1) != 1)
            fail("write");
    }
    pause();
}

static void hold(long connections)
{
    struct place place;
    int progress[2];
    char byte;
    open_place(&place);
    if (pipe(progress) != 0)
        fail("pipe");
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        accept_and_wait(&place, connections, progress[1]);
    }
    for (long i = 1; i <= connections; i++) {
        dial(&place, 0);
        if (i % HOLD_STEP == 0 && read(progress[0], &byte, 1) != 1)
            fail("read");
    }
    puts("ready");
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
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
        with_floor = with_floor || strcmp(argv[1], "--floor") == 0;
        with_marks = with_marks || strcmp(argv[1], "--mark") == 0;
        if (strcmp(argv[1], "--open") == 0 && argc > 2)
            open_idle(atol(argv[2]));
        if (strcmp(argv[1], "--threads") == 0 && argc > 2)
            threads = atol(argv[2]);
        if (strcmp(argv[1], "--open") == 0 || strcmp(argv[1], "--threads") == 0)
            argc--, argv++;
    }
    if (argc == 3 && strcmp(argv[1], "hold") == 0) {
        hold(atol(argv[2]));
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
