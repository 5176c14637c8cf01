/*
 * Random calls on sockets, right and wrong: pointers, lengths and descriptors that are good, bad or nearly good.
 * `random PORT SEED COUNT function|syscall` prints what each of them returned, and nothing that may differ
 * between two runs.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SOCKETS = 12, PAGE = 4096, UNTOUCHED = 4242, QUEUE = 4096, STEPS = 4 };

static uint64_t state;
static int by_number, port, listener, fence, ends[2], pipes[2], sockets[SOCKETS];
static char *good, *edge; /* a page that can be written; the end of one, behind which nothing is */

static unsigned below(unsigned limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % limit;
}

#define CALL(name, ...) (by_number ? syscall(SYS_##name, __VA_ARGS__) : name(__VA_ARGS__))

/* In `good` unless it shall be wrong. */
static void *pointer(size_t at, size_t size)
{
    switch (below(14)) {
    case 0:
        return edge - size;
    case 1:
        return edge - size / 2;
    case 2:
        return edge;
    case 3:
        return NULL;
    case 4:
        return (void *)((uintptr_t)-3 * PAGE + below(1000)); /* NOLINT(performance-no-int-to-ptr) */
    default:
        return good + at;
    }
}

static socklen_t length_of(socklen_t right)
{
    switch (below(16)) {
    case 0:
        return (socklen_t)-1;
    case 1:
        return 100000;
    case 2:
    case 3:
        return below(40);
    default:
        return right;
    }
}

static int descriptor(int own)
{
    switch (below(40)) {
    case 0:
        return -1;
    case 1:
        return 9999;
    case 2:
        return pipes[0];
    case 3:
        return ends[0];
    case 4:
        return listener;
    default:
        return own;
    }
}

static void write_name(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    name.sin_port = htons((uint16_t)(below(3) ? port : 1));
    if (!below(8))
        name.sin_family = below(2) ? AF_UNSPEC : AF_INET6;
    memset(good, 0, 256);
    memcpy(good, &name, sizeof name);
    memcpy(edge - sizeof name, &name, sizeof name);
}

static long make(int *own)
{
    static const int families[] = {AF_INET, AF_INET, AF_INET, AF_INET6, AF_UNIX, 77};
    static const int types[] = {SOCK_STREAM, SOCK_STREAM, SOCK_STREAM, SOCK_DGRAM, SOCK_RAW + 90};
    static const int protocols[] = {0, 0, IPPROTO_TCP, IPPROTO_UDP};
    if (*own >= 0)
        close(*own);
    *own = (int)CALL(socket, families[below(6)], types[below(5)] | SOCK_NONBLOCK | (below(2) ? SOCK_CLOEXEC : 0),
                     protocols[below(4)]);
    return *own < 0 ? -1 : 0;
}

static long set_or_get(int fd)
{
    static const int levels[] = {SOL_SOCKET, SOL_SOCKET, IPPROTO_TCP, IPPROTO_TCP, IPPROTO_TCP, IPPROTO_IP, 333};
    static const int names[] = {SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT,   TCP_USER_TIMEOUT,
                                TCP_NODELAY,  TCP_SYNCNT,   SO_REUSEADDR,  SO_ACCEPTCONN, 250};
    static const int values[] = {0, 1, -1, 5, 60, 127, 128, 32767, 32768, INT32_MAX, INT32_MIN, 1000};
    int level = levels[below(7)], name = names[below(10)];
    memcpy(good + 128, &values[below(12)], sizeof(int));
    if (below(3))
        return CALL(setsockopt, fd, level, name, pointer(128, sizeof(int)), length_of(sizeof(int)));
    socklen_t size = length_of(sizeof(int));
    memcpy(good + 64, &size, sizeof size);
    return CALL(getsockopt, fd, level, name, pointer(192, sizeof(int)), pointer(64, sizeof size));
}

static long send_something(int fd, unsigned how)
{
    struct iovec part = {pointer(32, 1), 1};
    struct msghdr message = {
        .msg_name = pointer(0, 16), .msg_namelen = length_of(16), .msg_iov = &part, .msg_iovlen = 1};
    struct mmsghdr many[2] = {{.msg_hdr = message}, {.msg_hdr = message}};
    int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (below(2) ? MSG_FASTOPEN : 0);
    bool nowhere = !below(12);
    if (how == 0)
        return CALL(sendto, fd, pointer(32, 1), 1, flags, pointer(0, 16), length_of(16));
    if (how == 1)
        return CALL(sendmsg, fd, nowhere ? pointer(0, sizeof message) : &message, flags);
    return CALL(sendmmsg, fd, nowhere ? (void *)edge : many, below(3), flags);
}

/* A socket goes through the pair and comes back under another number. */
static void pass(int fd)
{
    char control[CMSG_SPACE(sizeof fd)] = {0};
    struct iovec part = {good + 40, 1};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    sendmsg(ends[0], &message, MSG_DONTWAIT);
}

static long receive_something(int own)
{
    char control[CMSG_SPACE(4 * sizeof(int))] = {0};
    int fd, passed = below(2);
    struct iovec part = {pointer(48, 1), 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    message.msg_control = below(6) ? control : pointer(0, sizeof control);
    message.msg_controllen = below(6) ? sizeof control : below(64);
    if (passed && own >= 0)
        pass(own);
    long result = CALL(recvmsg, passed ? ends[1] : descriptor(own), below(12) ? &message : pointer(0, sizeof message),
                       MSG_DONTWAIT);
    int saved = errno;
    for (struct cmsghdr *header = result >= 0 && message.msg_control == control ? CMSG_FIRSTHDR(&message) : NULL;
         header; header = CMSG_NXTHDR(&message, header))
        if (header->cmsg_type == SCM_RIGHTS && header->cmsg_len >= CMSG_LEN(sizeof fd)) {
            memcpy(&fd, CMSG_DATA(header), sizeof fd);
            close(fd);
        }
    while (passed && recv(ends[1], good + 40, 1, MSG_DONTWAIT) > 0)
        ;
    errno = saved;
    return result;
}

static long do_one(unsigned what, int *own)
{
    int fd = descriptor(*own);
    write_name();
    if (*own < 0 || what == 0)
        return make(own);
    if (what <= 2)
        return CALL(connect, fd, pointer(0, 16), length_of(16));
    if (what == 3) {
        int length = (int)below(5);
        return CALL(listen, fd, fd == listener ? QUEUE : length);
    }
    if (what <= 7)
        return set_or_get(fd);
    if (what == 8) {
        long accepted = CALL(accept4, fd == *own ? listener : fd, NULL, NULL, SOCK_NONBLOCK);
        int saved = errno;
        if (accepted >= 0)
            close((int)accepted);
        errno = saved;
        return accepted < 0 ? -1 : 0;
    }
    return what < 12 ? send_something(fd, what - 9) : receive_something(*own);
}

/*
 * What is under way is waited for: when an answer comes must not matter. All packets of one processor stand in one
 * queue, in which a datagram to ourselves comes behind what was sent before it; each step of a handshake is one more.
 * The listener takes connections at once, whatever a call has made of it.
 */
static void settle(void)
{
    char byte = 0;
    int saved = errno;
    for (int i = 0; i < STEPS; i++)
        if (syscall(SYS_write, fence, &byte, 1) != 1 || syscall(SYS_read, fence, &byte, 1) != 1)
            exit(3);
    syscall(SYS_setsockopt, listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &(int){0}, sizeof(int));
    errno = saved;
}

/* On one processor from here on. */
static void make_fence(void)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof own;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    fence = socket(AF_INET, SOCK_DGRAM, 0);
    if (sched_setaffinity(0, sizeof one, &one) != 0 || bind(fence, (struct sockaddr *)&own, length) != 0 ||
        getsockname(fence, (struct sockaddr *)&own, &length) != 0 ||
        connect(fence, (struct sockaddr *)&own, length) != 0)
        exit(3);
}

static void prepare(char **argv)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    signal(SIGPIPE, SIG_IGN);
    port = atoi(argv[1]);
    state = strtoul(argv[2], NULL, 10);
    by_number = argv[4][0] == 's';
    name.sin_port = htons((uint16_t)port);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(listener, (struct sockaddr *)&name, sizeof name) != 0 || listen(listener, QUEUE) != 0)
        exit(3);
    good = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    edge = (char *)mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + PAGE;
    if (mprotect(edge, PAGE, PROT_NONE) != 0 || pipe(pipes) != 0 || socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0)
        exit(3);
    for (int i = 0; i < SOCKETS; i++)
        sockets[i] = -1;
    make_fence();
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 64;
    prepare(argv);
    for (int i = 0, count = atoi(argv[3]); i < count; i++) {
        int *own = &sockets[below(SOCKETS)];
        unsigned what = below(13);
        errno = UNTOUCHED;
        long result = do_one(what, own);
        settle();
        printf("%d call %u: %ld %d\n", i, what, result, errno);
        /* Connections that nobody takes would fill the queue sooner or later. */
        for (int taken; i % 16 == 0 && (taken = accept(listener, NULL, NULL)) >= 0;)
            close(taken);
    }
    return 0;
}
