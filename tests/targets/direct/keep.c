/*
 * A program that asks for keepalive itself (on, idle 20 s) on a connection that a supervisor sees less of than of
 * others, and says what it has in the end: `keep undumpable` protects its memory first, `keep received` gets it in a
 * message on descriptor 9, `keep ring` connects through io_uring, `keep thread` in a thread with a name of its own.
 * With a second argument it asks for nothing. It says so again at the end of its input.
 */
#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct sockaddr_in name = {.sin_family = AF_INET};
static int listener;

static void must(long result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

static int ask(int fd, int level, int option)
{
    int value = -1;
    socklen_t length = sizeof value;
    getsockopt(fd, level, option, &value, &length);
    return value;
}

static void begin(void)
{
    socklen_t length = sizeof name;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(listener = socket(AF_INET, SOCK_STREAM, 0), "socket");
    must(bind(listener, (struct sockaddr *)&name, length), "bind");
    must(listen(listener, 8), "listen");
    must(getsockname(listener, (struct sockaddr *)&name, &length), "getsockname");
}

static void set_own(int fd)
{
    const int on = 1, idle = 20;
    must(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on), "SO_KEEPALIVE");
    must(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle), "TCP_KEEPIDLE");
}

/* One entry, and its result. */
static int connect_by_ring(int fd)
{
    struct io_uring_params p = {0};
    int ring = (int)syscall(SYS_io_uring_setup, 4, &p);
    if (ring < 0) {
        puts("unavailable");
        exit(0);
    }
    char *in = mmap(NULL, p.sq_off.array + p.sq_entries * sizeof(uint32_t), PROT_READ | PROT_WRITE, MAP_SHARED, ring,
                    IORING_OFF_SQ_RING);
    char *out = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), PROT_READ | PROT_WRITE,
                     MAP_SHARED, ring, IORING_OFF_CQ_RING);
    struct io_uring_sqe *entry =
        mmap(NULL, p.sq_entries * sizeof *entry, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
    *entry = (struct io_uring_sqe){.opcode = IORING_OP_CONNECT, .fd = fd, .addr = (uintptr_t)&name, .off = sizeof name};
    *(uint32_t *)(void *)(in + p.sq_off.array) = 0;
    __atomic_store_n((uint32_t *)(void *)(in + p.sq_off.tail), 1, __ATOMIC_RELEASE);
    must(syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0), "io_uring_enter");
    return ((struct io_uring_cqe *)(void *)(out + p.cq_off.cqes))->res;
}

static int receive(void)
{
    _Alignas(struct cmsghdr) char room[64] = {0};
    char byte;
    int fd;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    must(recvmsg(9, &message, 0), "recvmsg");
    memcpy(&fd, CMSG_DATA((struct cmsghdr *)(void *)room), sizeof fd);
    return fd;
}

static void *connect_by_name(void *fd)
{
    must(prctl(PR_SET_NAME, "worker-1"), "prctl");
    must(connect(*(int *)fd, (struct sockaddr *)&name, sizeof name), "connect");
    return NULL;
}

static void connect_in_thread(int fd)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, connect_by_name, &fd) == 0)
        pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    int asks = argc < 3, fd;
    if (strcmp(how, "received") == 0) {
        fd = receive();
    } else {
        begin();
        if (strcmp(how, "undumpable") == 0)
            must(prctl(PR_SET_DUMPABLE, 0), "prctl");
        must(fd = socket(AF_INET, SOCK_STREAM, 0), "socket");
    }
    if (asks)
        set_own(fd);
    if (strcmp(how, "ring") == 0)
        must(connect_by_ring(fd), "ring");
    else if (strcmp(how, "thread") == 0)
        connect_in_thread(fd);
    else if (strcmp(how, "undumpable") == 0)
        must(connect(fd, (struct sockaddr *)&name, sizeof name), "connect");
    if (asks && strcmp(how, "undumpable") == 0)
        set_own(fd);
    printf("keepalive %d idle %d\n", ask(fd, SOL_SOCKET, SO_KEEPALIVE), ask(fd, IPPROTO_TCP, TCP_KEEPIDLE));
    puts("ready");
    fflush(stdout);
    for (char byte; read(STDIN_FILENO, &byte, 1) > 0;)
        ;
    printf("keepalive %d idle %d\n", ask(fd, SOL_SOCKET, SO_KEEPALIVE), ask(fd, IPPROTO_TCP, TCP_KEEPIDLE));
    return 0;
}
