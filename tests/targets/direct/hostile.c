/*
 * A program that does what it can to mislead, stall or end its supervisor, for so many milliseconds: `hostile all MS`.
 * Memory that changes and goes while it is read, numbers that are other sockets from one moment to the next, threads
 * and processes that end in the middle of a call, nonsense, floods, and marks that only the library should make.
 *
 * `hostile reuse MS` leaves calls behind whose process is gone, so that its number is somebody else's. `hostile victims
 * MS` is run beside it without a supervisor: such processes, each with an untouched socket. It says how many there
 * were, and how many sockets somebody has touched.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NUMBER = 100, PAGE = 4096, MARK = 0x7463616c, MARK_PROCESS = 0x7463616d };

static volatile int over;
static struct sockaddr_in nobody = {.sin_family = AF_INET, .sin_port = 0x0100};
static char *page;

static void rest(long microseconds)
{
    nanosleep(&(struct timespec){0, microseconds * 1000}, NULL);
}

/* What stands at the address is another one each time, and sometimes nothing. */
static void *changing_memory(void *unused)
{
    for (unsigned i = 0; !over; i++) {
        if (i % 64 == 0)
            mmap(page, PAGE, i % 128 ? PROT_NONE : PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1,
                 0);
        else if (i % 128 > 64)
            continue;
        else
            *(volatile sa_family_t *)page = i % 3 ? AF_INET : (sa_family_t)i;
    }
    return unused;
}

/* What a number means, too. */
static void *changing_numbers(void *unused)
{
    int ends[2], tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
    if (pipe(ends) != 0)
        exit(1);
    for (unsigned i = 0; !over; i++) {
        const int what[] = {tcp, udp, ends[0], 0};
        if (i % 5 == 4)
            close(NUMBER);
        else
            dup2(what[i % 4], NUMBER);
    }
    return unused;
}

static void *calls(void *unused)
{
    const int on = 1;
    while (!over) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        connect(NUMBER, (struct sockaddr *)page, sizeof nobody);
        connect(fd, (struct sockaddr *)page, sizeof nobody);
        listen(NUMBER, 1);
        setsockopt(NUMBER, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
        setsockopt(NUMBER, IPPROTO_TCP, TCP_KEEPIDLE, page, sizeof on);
        close(fd);
    }
    return unused;
}

/* Lengths, addresses and numbers that mean nothing; marks that are the library's. */
static void *nonsense(void *unused)
{
    static const unsigned long where[] = {0, 1, -1ul, -4096ul, 1ul << 47, (1ul << 47) - 8, 1ul << 63};
    static const unsigned long sizes[] = {0, 1, 16, 128, 1ul << 31, -1ul, 1ul << 40};
    for (unsigned i = 0; !over; i++) {
        unsigned long at = where[i % 7], size = sizes[i / 7 % 7], fd = i % 3 ? NUMBER : where[i / 49 % 7];
        long mark = i % 5 ? i : i % 2 ? MARK : MARK_PROCESS;
        syscall(SYS_connect, fd, at, size, 0, 0, mark);
        syscall(SYS_sendto, fd, at, size, MSG_FASTOPEN | MSG_DONTWAIT | MSG_NOSIGNAL, at, size);
        syscall(SYS_sendmsg, fd, at, MSG_FASTOPEN | MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0, mark);
        syscall(SYS_sendmmsg, fd, at, size, MSG_FASTOPEN | MSG_DONTWAIT | MSG_NOSIGNAL, 0, mark);
        syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_KEEPALIVE, at, size, mark);
        syscall(SYS_listen, fd, size, at, 0, 0, mark);
        syscall(SYS_io_uring_setup, size, at);
    }
    return unused;
}

static void *one_call(void *unused)
{
    connect(NUMBER, (struct sockaddr *)&nobody, sizeof nobody);
    return unused;
}

/* Threads with a table of their own, and threads that are gone before anybody asks. */
static void *threads(void *unused)
{
    pthread_t one[16];
    while (!over) {
        int count = 0;
        while (count < 16 && pthread_create(&one[count], NULL, one_call, NULL) == 0)
            count++;
        while (count)
            pthread_join(one[--count], NULL);
    }
    return unused;
}

static void *processes(void *unused)
{
    for (unsigned i = 0; !over; i++) {
        pid_t child = fork();
        if (child == 0)
            for (dup2(socket(AF_INET, SOCK_STREAM, 0), NUMBER);;)
                connect(NUMBER, (struct sockaddr *)&nobody, sizeof nobody);
        rest(i * 37 % 300);
        if (child > 0)
            kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    return unused;
}

static void all(int milliseconds)
{
    static void *(*const doing[])(void *) = {changing_memory, changing_numbers, calls,    calls,
                                             nonsense,        threads,          processes};
    enum { COUNT = sizeof doing / sizeof *doing };
    pthread_t thread[COUNT];
    page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < COUNT; i++)
        pthread_create(&thread[i], NULL, doing[i], NULL);
    rest(1000);
    sleep((unsigned)milliseconds / 1000);
    over = 1;
    for (int i = 0; i < COUNT; i++)
        pthread_join(thread[i], NULL);
    puts("over");
}

/* A socket that nobody speaks of, on the number that the others name, and whether it is as it was. */
static int victim(void)
{
    int value = 0, fd = socket(AF_INET, SOCK_STREAM, 0);
    socklen_t length = sizeof value;
    dup2(fd, NUMBER);
    rest(2000);
    return getsockopt(NUMBER, SOL_SOCKET, SO_KEEPALIVE, &value, &length) != 0 || value;
}

static void victims(int milliseconds)
{
    int status, count = 0, touched = 0;
    time_t end = time(NULL) + milliseconds / 1000;
    while (time(NULL) < end) {
        for (int i = 0; i < 8; i++)
            if (fork() == 0)
                _exit(victim());
        for (; wait(&status) > 0; count++)
            touched += status != 0;
    }
    printf("%s victims, %d touched\n", count > 100 ? "many" : "few", touched);
    exit(count <= 100 || touched);
}

int main(int argc, char **argv)
{
    int milliseconds = argc > 2 ? atoi(argv[2]) : 1000;
    signal(SIGPIPE, SIG_IGN);
    nobody.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (argc > 1 && strcmp(argv[1], "victims") == 0) {
        victims(milliseconds);
    } else if (argc > 1 && strcmp(argv[1], "reuse") == 0) {
        pthread_t thread;
        dup2(socket(AF_INET, SOCK_STREAM, 0), NUMBER);
        pthread_create(&thread, NULL, processes, NULL);
        sleep((unsigned)milliseconds / 1000);
        over = 1;
        pthread_join(thread, NULL);
    } else {
        all(milliseconds);
    }
    return 0;
}
