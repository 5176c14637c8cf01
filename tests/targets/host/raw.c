/* Sockets by system call number, through the C library's syscall(). */
#include "host.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int raw_client(const struct probe_place *place)
{
    int fd = (int)CALL("socket", syscall(SYS_socket, AF_INET, SOCK_STREAM, 0));
    CALL("connect", syscall(SYS_connect, fd, &place->address, place->size));
    return fd;
}

static void raw_fastopen(const struct probe_place *place)
{
    struct iovec data = {"hello", 5};
    struct msghdr message = {
        .msg_name = (void *)&place->address, .msg_namelen = place->size, .msg_iov = &data, .msg_iovlen = 1};
    int fd = (int)CALL("socket", syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
    CALL("sendto", syscall(SYS_sendto, fd, "hello", 5, MSG_FASTOPEN, &place->address, place->size));
    probe_shows("fastopen", fd);
    fd = (int)CALL("socket", syscall(SYS_socket, AF_INET, SOCK_STREAM, 0));
    CALL("sendmsg", syscall(SYS_sendmsg, fd, &message, MSG_FASTOPEN));
    probe_shows("fastopen", fd);
    fd = (int)CALL("socket", syscall(SYS_socket, AF_INET, SOCK_STREAM, 0));
    CALL("sendmmsg", syscall(SYS_sendmmsg, fd, &(struct mmsghdr){.msg_hdr = message}, 1, MSG_FASTOPEN));
    probe_shows("fastopen", fd);
}

static void raw_options(int fd)
{
    CALL("idle", syscall(SYS_setsockopt, fd, IPPROTO_TCP, TCP_KEEPIDLE, &(int){15}, sizeof(int)));
    CALL("keepalive", syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_KEEPALIVE, &(int){0}, sizeof(int)));
    CALL("wrong", syscall(SYS_setsockopt, fd, IPPROTO_TCP, TCP_KEEPIDLE, &(int){0}, sizeof(int)));
    CALL("null", syscall(SYS_setsockopt, fd, IPPROTO_TCP, TCP_KEEPIDLE, NULL, sizeof(int)));
    probe_shows("set", fd);
}

/* Six arguments, results that are pointers, errors, and numbers that stand beside those of the socket calls. */
static void other_uses(void)
{
    char name[128];
    int pair[2];
    CALL("getppid", syscall(SYS_getppid) > 0);
    CALL("pread", syscall(SYS_pread64, -1, name, 1, 0));
    CALL("nothing", syscall(100000, 1, 2, 3, 4, 5, 6));
    CALL("socketpair", syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair));
    CALL("sendto", syscall(SYS_sendto, pair[0], "six", 3, MSG_NOSIGNAL, NULL, 0));
    CALL("recvfrom", syscall(SYS_recvfrom, pair[1], name, sizeof name, MSG_DONTWAIT, NULL, NULL));
    CALL("socket", syscall(SYS_socket, 200, SOCK_STREAM, 0));
    CALL("accept4", syscall(SYS_accept4, pair[0], NULL, NULL, 0));
    CALL("connect", syscall(SYS_connect, 999, NULL, 0));
}

void host_raw(char **arguments)
{
    (void)arguments;
    struct probe_place place = probe_place("inet");
    int listener = (int)CALL("socket", syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    CALL("bind", bind(listener, (struct sockaddr *)&place.address, place.size));
    CALL("listen", syscall(SYS_listen, listener, 8));
    getsockname(listener, (struct sockaddr *)&place.address, &place.size);
    probe_shows("listener", listener);
    probe_shows("client", raw_client(&place));
    int accepted = (int)CALL("accept4", syscall(SYS_accept4, listener, NULL, NULL, SOCK_CLOEXEC));
    probe_shows("accepted", accepted);
    raw_options(raw_client(&place));
#ifdef SYS_accept
    accepted = (int)CALL("accept", syscall(SYS_accept, listener, NULL, NULL));
    probe_shows("accepted", accepted);
#endif
    raw_fastopen(&place);
    other_uses();
}

/* Two messages wait at the Unix socket FD, each with a descriptor. */
void host_raw_receive(char **arguments)
{
    int from = probe_number(arguments[0]);
    for (int many = 0; many < 2; many++) {
        char byte, control[CMSG_SPACE(sizeof(int))];
        struct iovec data = {&byte, 1};
        struct mmsghdr message = {
            .msg_hdr = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control}};
        if (many)
            CALL("recvmmsg", syscall(SYS_recvmmsg, from, &message, 1, 0, NULL));
        else
            CALL("recvmsg", syscall(SYS_recvmsg, from, &message.msg_hdr, 0));
        const struct cmsghdr *header = CMSG_FIRSTHDR(&message.msg_hdr);
        int fd;
        if (!header)
            probe_wrong("message");
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
        probe_shows("received", fd);
    }
}

/*
 * A child on the same stack, as vfork and clone with CLONE_VM make it: it returns from syscall() first, uses the stack
 * below its caller's frame, and ends; then the parent returns from the same call. That works while nothing but the C
 * library's few instructions, which keep all in registers, is between the caller and the kernel.
 */
void host_raw_second_return(char **arguments)
{
    (void)arguments;
#if defined(__x86_64__) && defined(__GLIBC__) /* musl's own syscall() keeps something on the stack */
    enum { CLONE_VM = 0x100, CLONE_VFORK = 0x4000 };
    for (int i = 0; i < 2; i++) {
        long child = i ? syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0) : syscall(SYS_vfork);
        if (child == 0)
            __asm__ volatile("lea -512(%%rsp), %%rdi\nmov $62, %%ecx\nxor %%eax, %%eax\nrep stosq\n"
                             "mov $7, %%edi\nmov %0, %%eax\nsyscall"
                             :
                             : "i"(SYS_exit)
                             : "rax", "rcx", "rdi", "r11", "memory");
        int status = -1;
        CALL("waitpid", waitpid((pid_t)child, &status, 0) == child);
        printf("child ended with %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    }
#else
    host_unavailable("but for x86_64 and glibc");
#endif
}
