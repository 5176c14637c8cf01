/* A program that lists the calls it makes itself, and is killed at any other. */
#include "host.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_accept
#define SYS_accept SYS_socketcall
#endif

enum { CALLS = 24 };

/* Everything that an action needs is made before the filter. */
static struct {
    int listener, client, pair[2], packed;
    struct probe_place place;
    char name[128], control[64], byte;
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

static void make_kit(void)
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

static const struct action {
    const char *name;
    int number;
    long (*run)(void);
} actions[] = {
    {"socket", SYS_socket, do_socket},
    {"connect", SYS_connect, do_connect},
    {"listen", SYS_listen, do_listen},
    {"accept", SYS_accept, do_accept},
    {"accept4", SYS_accept4, do_accept4},
    {"setsockopt", SYS_setsockopt, do_setsockopt},
    {"sendto", SYS_sendto, do_sendto},
    {"sendmsg", SYS_sendmsg, do_sendmsg},
    {"sendmmsg", SYS_sendmmsg, do_sendmmsg},
    {"recvmsg", SYS_recvmsg, do_recvmsg},
    {"recvmmsg", SYS_recvmmsg, do_recvmmsg},
    {"raw-socket", SYS_socket, do_raw_socket},
    {"raw-connect", SYS_connect, do_raw_connect},
};

/* Adds `number`: `matched`, to a filter under construction. */
static void add(struct sock_fprog *filter, int number, unsigned matched)
{
    filter->filter[filter->len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1);
    filter->filter[filter->len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, matched);
}

static long put_on(const char *way, const struct sock_fprog *filter)
{
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (strcmp(way, "prctl") == 0)
        return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter);
    if (strcmp(way, "prctl-by-number") == 0)
        return syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter, 0, 0);
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, strcmp(way, "seccomp-all-threads") == 0 ? 1 : 0, filter);
}

/* WAY ACTION: all but the action's own call, and the end, kill. Exit status 0 when it came out alive. */
void host_sandboxed(char **arguments)
{
    struct sock_filter code[CALLS] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
    struct sock_fprog filter = {1, code};
    make_kit();
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(arguments[1], actions[i].name) != 0)
            continue;
        add(&filter, actions[i].number, SECCOMP_RET_ALLOW);
        add(&filter, SYS_exit_group, SECCOMP_RET_ALLOW);
#ifdef SYS_socketcall
        add(&filter, SYS_socketcall, SECCOMP_RET_ALLOW);
#endif
        code[filter.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
        if (put_on(arguments[0], &filter) != 0)
            _exit(3);
        _exit(actions[i].run() < 0);
    }
    probe_wrong("action");
}

/* Filters that leave the library its calls: it goes on covering. One that the kernel does not take, too. */
void host_lightly_sandboxed(char **arguments)
{
    struct sock_filter code[CALLS] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
    struct sock_fprog filter = {1, code};
    bool broken = strcmp(arguments[1], "broken") == 0, refusing = strcmp(arguments[1], "refusing") == 0;
    add(&filter, SYS_ptrace, SECCOMP_RET_KILL_PROCESS);
    if (refusing) {
        add(&filter, SYS_setsockopt, SECCOMP_RET_ERRNO | EPERM);
        add(&filter, SYS_statx, SECCOMP_RET_ERRNO | EPERM);
        add(&filter, SYS_ppoll, SECCOMP_RET_ERRNO | EPERM);
    }
    code[filter.len++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, broken ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ALLOW);
    if (broken)
        code[1].code = 0xffff; // cppcheck-suppress unreadVariable ; `filter` leads to it
    CALL("filter", put_on(arguments[0], &filter));
    host_shows_all();
}

/*
 * WAY CALL: a filter that only a library's calls would meet, and then another program under it, with the environment
 * as it is.
 */
void host_sandboxed_child(char **arguments)
{
    struct sock_filter code[CALLS] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
    struct sock_fprog filter = {1, code};
    static char *const serve[] = {"host", "serve", NULL};
    add(&filter, SYS_statx, SECCOMP_RET_KILL_PROCESS);
    // cppcheck-suppress unreadVariable ; `filter` leads to it
    code[filter.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    if (put_on(arguments[0], &filter) != 0)
        host_unavailable("filter");
    if (strcmp(arguments[1], "execv") == 0)
        execv(host_self, serve);
    if (strcmp(arguments[1], "execl") == 0)
        execl(host_self, "host", "serve", (char *)NULL);
    execve(host_self, serve, environ);
    probe_wrong("exec");
}
