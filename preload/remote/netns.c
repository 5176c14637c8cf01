#include "preload/remote/netns.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *path_of(pid_t pid, char path[32])
{
    snprintf(path, 32, "/proc/%d/ns/net", (int)pid);
    return path;
}

int netns_of_process(pid_t pid)
{
    char path[32];
    return open(path_of(pid, path), O_RDONLY | O_CLOEXEC);
}

int netns_of_socket(int fd)
{
    return ioctl(fd, SIOCGSKNS);
}

uint64_t netns_number(int netns)
{
    struct stat status;
    return fstat(netns, &status) == 0 ? status.st_ino : 0;
}

uint64_t netns_number_of_process(pid_t pid)
{
    char path[32];
    struct stat status;
    return stat(path_of(pid, path), &status) == 0 ? status.st_ino : 0;
}

uint64_t netns_own_number(void)
{
    struct stat status;
    return stat("/proc/self/ns/net", &status) == 0 ? status.st_ino : 0;
}

/* Who is no root here may be it in the user namespace that this one belongs to. */
static bool enter(int netns)
{
    if (setns(netns, CLONE_NEWNET) == 0)
        return true;
    int owner = ioctl(netns, NS_GET_USERNS);
    return owner >= 0 && setns(owner, CLONE_NEWUSER) == 0 && setns(netns, CLONE_NEWNET) == 0;
}

/* A message of one int, and with it a descriptor when there is one (unix(7), SCM_RIGHTS). */
struct parcel {
    int error;
    struct iovec part;
    struct msghdr message;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
};

static void parcel_begin(struct parcel *parcel, bool with_descriptor)
{
    memset(parcel, 0, sizeof *parcel);
    parcel->part = (struct iovec){&parcel->error, sizeof parcel->error};
    parcel->message = (struct msghdr){.msg_iov = &parcel->part, .msg_iovlen = 1};
    if (with_descriptor) {
        parcel->message.msg_control = parcel->control;
        parcel->message.msg_controllen = sizeof parcel->control;
    }
}

static void send_socket(int channel, int fd)
{
    struct parcel parcel;
    int error = errno;
    parcel_begin(&parcel, fd >= 0);
    parcel.error = fd >= 0 ? 0 : error;
    if (fd >= 0) {
        struct cmsghdr *header = CMSG_FIRSTHDR(&parcel.message);
        header->cmsg_len = CMSG_LEN(sizeof fd);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    ssize_t ignored = sendmsg(channel, &parcel.message, MSG_NOSIGNAL);
    (void)ignored;
}

static int receive_socket(int channel)
{
    struct parcel parcel;
    int fd = -1;
    parcel_begin(&parcel, true);
    if (recvmsg(channel, &parcel.message, MSG_CMSG_CLOEXEC) != sizeof parcel.error)
        return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&parcel.message);
    if (parcel.error == 0 && header)
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
    errno = parcel.error;
    return fd;
}

int netns_make_socket(int netns, int family, int type, int protocol)
{
    int channel[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        send_socket(channel[1], enter(netns) ? socket(family, type, protocol) : -1);
        _exit(0);
    }
    close(channel[1]);
    int fd = child < 0 ? -1 : receive_socket(channel[0]), error = errno;
    close(channel[0]);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    errno = error;
    return fd;
}
