/*
 * What a supervisor must bear, each said in one line: `asked` a connection for each line of input, `steady N` one
 * after the other, `bad` wrong requests and the error of each, `many N` N processes that connect at once, `storm`
 * signals all the time while connecting, `interrupted` calls that signals should not end, `killed N` N processes
 * killed in the middle of it. Whatever happened before, a plain connection is made at the end, and the program says
 * how its keepalive is.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in name = {.sin_family = AF_INET};
static int listener;

static void begin(void)
{
    socklen_t length = sizeof name;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(listener, (struct sockaddr *)&name, length) != 0 || listen(listener, 4096) != 0 ||
        getsockname(listener, (struct sockaddr *)&name, &length) != 0)
        exit(1);
}

/* -1, or how idle may be on a connection just made; no trace of it stays. */
static int connect_once(void)
{
    const struct linger at_once = {1, 0};
    int idle = -1;
    socklen_t length = sizeof idle;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&name, sizeof name) != 0)
        idle = -1;
    else
        getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, &length);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
    while ((fd = accept(listener, NULL, NULL)) >= 0)
        close(fd);
    return idle;
}

static void say(const char *what, long result)
{
    printf("%s: %ld %s\n", what, result, result < 0 ? strerror(errno) : "");
}

static void bad(void)
{
    void *nothing = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int udp = socket(AF_INET, SOCK_DGRAM, 0), tcp = socket(AF_INET, SOCK_STREAM, 0), ends[2];
    struct msghdr none = {.msg_name = nothing, .msg_namelen = sizeof name};
    if (pipe(ends) != 0)
        exit(1);
    say("connect, no descriptor", connect(-1, (struct sockaddr *)&name, sizeof name));
    say("connect, another descriptor", connect(1 << 30, (struct sockaddr *)&name, sizeof name));
    say("connect, a pipe", connect(ends[0], (struct sockaddr *)&name, sizeof name));
    say("connect, no address", connect(tcp, NULL, sizeof name));
    say("connect, bad address", connect(tcp, nothing, sizeof name));
    say("connect, short", connect(tcp, (struct sockaddr *)&name, 1));
    say("connect, endless", connect(tcp, (struct sockaddr *)&name, (socklen_t)-1));
    say("connect, datagrams", connect(udp, (struct sockaddr *)&name, sizeof name));
    say("listen, no descriptor", listen(-1, 1));
    say("listen, a pipe", listen(ends[0], 1));
    say("listen, datagrams", listen(udp, 1));
    say("sendto, no address", sendto(tcp, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, NULL, 0));
    say("sendmsg, no message", sendmsg(tcp, NULL, MSG_FASTOPEN | MSG_NOSIGNAL));
    say("sendmsg, bad message", sendmsg(tcp, nothing, MSG_FASTOPEN | MSG_NOSIGNAL));
    say("sendmsg, bad address", sendmsg(tcp, &none, MSG_FASTOPEN | MSG_NOSIGNAL));
    say("sendmmsg, bad messages", sendmmsg(tcp, nothing, 2, MSG_FASTOPEN | MSG_NOSIGNAL));
}

/* Keepalive calls that the kernel refuses, and some that it takes on what is no TCP. */
static void bad_options(void)
{
    void *nothing = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int udp = socket(AF_INET, SOCK_DGRAM, 0), tcp = socket(AF_INET, SOCK_STREAM, 0), local, ends[2], value = 1;
    socklen_t length = sizeof value;
    if (pipe(ends) != 0 || (local = socket(AF_UNIX, SOCK_STREAM, 0)) < 0)
        exit(1);
    say("keepalive, no descriptor", setsockopt(-1, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value));
    say("keepalive, a pipe", setsockopt(ends[0], SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value));
    say("keepalive, short", setsockopt(tcp, SOL_SOCKET, SO_KEEPALIVE, &value, 3));
    say("keepalive, endless", setsockopt(tcp, SOL_SOCKET, SO_KEEPALIVE, &value, (socklen_t)-1));
    say("keepalive, bad value", setsockopt(tcp, SOL_SOCKET, SO_KEEPALIVE, nothing, sizeof value));
    say("idle, bad value", setsockopt(tcp, IPPROTO_TCP, TCP_KEEPIDLE, nothing, sizeof value));
    say("idle, no value", setsockopt(tcp, IPPROTO_TCP, TCP_KEEPIDLE, NULL, sizeof value));
    say("idle, datagrams", setsockopt(udp, IPPROTO_TCP, TCP_KEEPIDLE, &value, sizeof value));
    say("idle, local", setsockopt(local, IPPROTO_TCP, TCP_KEEPIDLE, &value, sizeof value));
    for (int i = 0; i < 4; i++) {
        static const int wrong[] = {0, -1, 32768, 1 << 30};
        say("idle, wrong", setsockopt(tcp, IPPROTO_TCP, TCP_KEEPIDLE, &wrong[i], sizeof wrong[i]));
        say("interval, wrong", setsockopt(tcp, IPPROTO_TCP, TCP_KEEPINTVL, &wrong[i], sizeof wrong[i]));
        say("probes, wrong", setsockopt(tcp, IPPROTO_TCP, TCP_KEEPCNT, &wrong[i], sizeof wrong[i]));
    }
    say("keepalive, local", setsockopt(local, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value));
    say("keepalive, TCP", setsockopt(tcp, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value));
    value = 0;
    getsockopt(local, SOL_SOCKET, SO_KEEPALIVE, &value, &length);
    printf("local reads back %d", value);
    getsockopt(tcp, SOL_SOCKET, SO_KEEPALIVE, &value, &length);
    printf(", TCP %d\n", value);
}

static void many(int count)
{
    int status, good = 0, gate[2];
    char byte;
    if (pipe(gate) != 0)
        exit(1);
    for (int i = 0; i < count; i++)
        if (fork() == 0) {
            close(gate[1]);
            while (read(gate[0], &byte, 1) > 0)
                ;
            _exit(connect_once() > 0 ? 0 : 1);
        }
    close(gate[1]); /* all at once */
    while (wait(&status) > 0)
        good += status == 0;
    printf("%d of %d\n", good, count);
}

static void killed(int count)
{
    int status, ended = 0;
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0)
            for (;;)
                connect_once();
        usleep((useconds_t)(i * 37 % 3000));
        kill(child, SIGKILL);
    }
    while (wait(&status) > 0)
        ended += WIFSIGNALED(status);
    printf("%d of %d\n", ended, count);
}

/* A connection for each line that is read, and how it went. */
static void asked(void)
{
    for (int byte; (byte = getchar()) != EOF;)
        if (byte == '\n') {
            printf("idle %d\n", connect_once());
            fflush(stdout);
        }
}

static void steady(int count)
{
    int good = 0;
    puts("ready");
    fflush(stdout);
    for (int i = 0; i < count; i++)
        good += connect_once() > 0;
    printf("%d of %d\n", good, count);
}

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
    (void)number;
    signals++;
}

static void storm(void)
{
    const struct sigaction action = {.sa_handler = count_signal, .sa_flags = SA_RESTART};
    const struct itimerval often = {{0, 50}, {0, 50}}, never = {0};
    int good = 0;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    for (int i = 0; i < 2000; i++)
        good += connect_once() > 0;
    setitimer(ITIMER_REAL, &never, NULL);
    printf("%d of 2000, %s signals\n", good, signals > 100 ? "many" : "few");
}

/* How often a handler that restarts nothing ended a call that does not wait. */
static void interrupted(void)
{
    const struct sigaction action = {.sa_handler = count_signal};
    const struct itimerval often = {{0, 50}, {0, 50}}, never = {0};
    int fd = socket(AF_INET, SOCK_STREAM, 0), listens = 0, connects = 0;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    for (int i = 0; i < 5000 || signals < 100; i++) {
        listens += listen(fd, 1) != 0;
        connects += connect(-1, (struct sockaddr *)&name, sizeof name) == 0 || errno != EBADF;
    }
    setitimer(ITIMER_REAL, &never, NULL);
    printf("listen %d, connect %d\n", listens, connects);
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    begin();
    if (strcmp(how, "bad") == 0)
        bad(), bad_options();
    else if (strcmp(how, "many") == 0)
        many(atoi(argv[2]));
    else if (strcmp(how, "killed") == 0)
        killed(atoi(argv[2]));
    else if (strcmp(how, "asked") == 0)
        asked();
    else if (strcmp(how, "steady") == 0)
        steady(atoi(argv[2]));
    else if (strcmp(how, "interrupted") == 0)
        interrupted();
    else if (strcmp(how, "storm") == 0)
        storm();
    fprintf(stderr, "idle %d\n", connect_once());
    return 0;
}
