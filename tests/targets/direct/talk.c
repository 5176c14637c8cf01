/*
 * An ordinary program that talks to itself over TCP in every way that makes a connection, says `ready`, and
 * waits for the end of its input. Built static, it is one that no preload reaches. `talk apart` does it in a
 * thread with descriptors of its own; `talk own` sets its own keepalive values.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int sets_its_own;

static void must(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

/* All keepalive options, so that a policy has something to override. */
static void set_own(int fd)
{
    const int on = 1, idle = 15, user_timeout = 9000;
    if (!sets_its_own)
        return;
    must(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on), "SO_KEEPALIVE");
    must(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle), "TCP_KEEPIDLE");
    must(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, sizeof user_timeout), "TCP_USER_TIMEOUT");
}

static int make(int family)
{
    int fd = socket(family, SOCK_STREAM, 0);
    must(fd, "socket");
    set_own(fd);
    return fd;
}

static void connect_by_message(int fd, struct sockaddr *to, socklen_t length)
{
    struct iovec part = {(char *)"hello", 5};
    struct msghdr message = {.msg_name = to, .msg_namelen = length, .msg_iov = &part, .msg_iovlen = 1};
    must((int)sendmsg(fd, &message, MSG_FASTOPEN), "sendmsg");
}

static void connect_by_sending(int fd, struct sockaddr *to, socklen_t length)
{
    must((int)sendto(fd, "hello", 5, MSG_FASTOPEN, to, length), "sendto");
}

static void connect_plainly(int fd, struct sockaddr *to, socklen_t length)
{
    must(connect(fd, to, length), "connect");
}

static void talk_over(int family, struct sockaddr *name, socklen_t length)
{
    static void (*const ways[])(int, struct sockaddr *, socklen_t) = {connect_plainly, connect_by_sending,
                                                                      connect_by_message};
    int listener = make(family);
    if (bind(listener, name, length) != 0)
        return; /* no IPv6 here */
    must(listen(listener, 8), "listen");
    must(getsockname(listener, name, &length), "getsockname");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        int client = make(family);
        ways[i](client, name, length);
        set_own(client);
        int accepted = accept(listener, NULL, NULL);
        must(accepted, "accept");
        set_own(accepted);
    }
}

static void talk(void)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    talk_over(AF_INET, (struct sockaddr *)&in, sizeof in);
    talk_over(AF_INET6, (struct sockaddr *)&in6, sizeof in6);
}

static void say_ready(void)
{
    puts("ready");
    fflush(stdout);
}

static void wait_for_end(void)
{
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
}

static void *apart(void *argument)
{
    (void)argument;
    must(unshare(CLONE_FILES), "unshare");
    talk();
    say_ready();
    wait_for_end();
    return NULL;
}

static void talk_apart(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, apart, NULL) == 0)
        pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    sets_its_own = strcmp(how, "own") == 0;
    if (strcmp(how, "apart") == 0) {
        talk_apart();
        return 0;
    }
    talk();
    say_ready();
    wait_for_end();
    /* What a supervisor must not leave behind: a child that the program did not make. */
    return wait(NULL) == -1 && errno == ECHILD ? 7 : 8;
}
