/* What a program does under a filter of its own, one call each; everything that it needs is made before. */
#include "actions.h"
#include "host.h"
#include <linux/net.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_accept
#define SYS_accept SYS_socketcall
#endif

/* musl's is a loop around the one message; glibc's of 32 bits begins with times of 64. */
#ifdef __GLIBC__
#define SENDMMSG_CALL SYS_sendmmsg
#else
#define SENDMMSG_CALL SYS_sendmsg
#endif
#if defined __GLIBC__ && defined SYS_recvmmsg_time64
#define RECVMMSG_CALL SYS_recvmmsg_time64
#else
#define RECVMMSG_CALL SYS_recvmmsg
#endif

static struct {
    int listener, client, pair[2], packed;
    struct probe_place place;
    char name[128], control[64], byte, *words[2];
    struct iovec data;
    struct mmsghdr message;
} kit;

static void send_descriptor(int fd)
{
    char room[CMSG_SPACE(sizeof fd)] = {0}, byte = 'x';
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *header = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd)};
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    sendmsg(kit.pair[0], &message, 0);
}

void actions_prepare(void)
{
    kit.place = probe_place("inet");
    kit.listener = probe_listener(&kit.place);
    kit.client = socket(AF_INET, SOCK_STREAM, 0);
    kit.packed = socket(AF_INET, SOCK_STREAM, 0);
    connect(kit.packed, (struct sockaddr *)&kit.place.address, kit.place.size);
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, kit.pair) != 0)
        probe_wrong("socketpair");
    send_descriptor(kit.listener);
    kit.data = (struct iovec){&kit.byte, 1};
    kit.message.msg_hdr = (struct msghdr){.msg_iov = &kit.data, .msg_iovlen = 1};
}

static void message_to_peer(void)
{
    kit.message.msg_hdr.msg_name = &kit.place.address;
    kit.message.msg_hdr.msg_namelen = kit.place.size;
}

static void message_with_room(void)
{
    kit.message.msg_hdr.msg_control = kit.control;
    kit.message.msg_hdr.msg_controllen = sizeof kit.control;
}

static long do_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static long do_connect(void)
{
    return connect(kit.client, (struct sockaddr *)&kit.place.address, kit.place.size);
}

static long do_listen(void)
{
    return listen(kit.client, 1);
}

static long do_accept(void)
{
    return accept(kit.listener, NULL, NULL);
}

static long do_accept4(void)
{
    return accept4(kit.listener, NULL, NULL, SOCK_CLOEXEC);
}

static long do_setsockopt(void)
{
    return setsockopt(kit.client, IPPROTO_TCP, TCP_KEEPIDLE, &(int){15}, sizeof(int));
}

/* Not on the stack, where a library may know by itself what can be read. */
static long do_setsockopt_elsewhere(void)
{
    static int idle = 15;
    return setsockopt(kit.client, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
}

static long do_sendto(void)
{
    return sendto(kit.client, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&kit.place.address, kit.place.size);
}

static long do_sendmsg(void)
{
    message_to_peer();
    return sendmsg(kit.client, &kit.message.msg_hdr, MSG_FASTOPEN);
}

static long do_sendmmsg(void)
{
    message_to_peer();
    return sendmmsg(kit.client, &kit.message, 1, MSG_FASTOPEN);
}

static long do_recvmsg(void)
{
    message_with_room();
    return recvmsg(kit.pair[1], &kit.message.msg_hdr, 0);
}

static long do_recvmmsg(void)
{
    message_with_room();
    return recvmmsg(kit.pair[1], &kit.message, 1, 0, NULL);
}

/* The same by number. */
static long do_raw_socket(void)
{
    return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}

static long do_raw_connect(void)
{
    return syscall(SYS_connect, kit.client, &kit.place.address, kit.place.size);
}

/* Programs that are not there: what is added to the call comes before it. */
static char *const no_environment[] = {NULL};

static long do_execve(void)
{
    return execve("/nowhere/program", kit.words, no_environment) == -1 ? 0 : -1;
}

static long do_execvp(void)
{
    return execvp("/nowhere/program", kit.words) == -1 ? 0 : -1;
}

static long do_execle(void)
{
    return execle("/nowhere/program", "program", (char *)NULL, no_environment) == -1 ? 0 : -1;
}

static long do_raw_execve(void)
{
    return syscall(SYS_execve, "/nowhere/program", kit.words, environ) == -1 ? 0 : -1;
}

static const struct action actions[] = {
    {"socket", SYS_socket, SYS_SOCKET, do_socket},
    {"connect", SYS_connect, SYS_CONNECT, do_connect},
    {"listen", SYS_listen, SYS_LISTEN, do_listen},
    {"accept", SYS_accept, SYS_ACCEPT, do_accept},
    {"accept4", SYS_accept4, SYS_ACCEPT4, do_accept4},
    {"setsockopt", SYS_setsockopt, SYS_SETSOCKOPT, do_setsockopt},
    {"setsockopt-elsewhere", SYS_setsockopt, SYS_SETSOCKOPT, do_setsockopt_elsewhere},
    {"sendto", SYS_sendto, SYS_SENDTO, do_sendto},
    {"sendmsg", SYS_sendmsg, SYS_SENDMSG, do_sendmsg},
    {"sendmmsg", SENDMMSG_CALL, SYS_SENDMMSG, do_sendmmsg},
    {"recvmsg", SYS_recvmsg, SYS_RECVMSG, do_recvmsg},
    {"recvmmsg", RECVMMSG_CALL, SYS_RECVMMSG, do_recvmmsg},
    {"raw-socket", SYS_socket, SYS_SOCKET, do_raw_socket},
    {"raw-connect", SYS_connect, SYS_CONNECT, do_raw_connect},
    {"execve", SYS_execve, 0, do_execve},
    {"execvp", SYS_execve, 0, do_execvp},
    {"execle", SYS_execve, 0, do_execle},
    {"raw-execve", SYS_execve, 0, do_raw_execve},
};

const struct action *actions_find(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    probe_wrong("action");
}
