#include "preload/library/receive.h"
#include "preload/library/cover.h"
#include "preload/library/real.h"
#include "preload/library/start.h"

#define EXPORT __attribute__((visibility("default")))

/* Walked by hand: the C libraries' CMSG_NXTHDR is a function in one and a macro in the other. */
void receive_descriptors(const struct policy *policy, const struct msghdr *message)
{
    const char *at = message->msg_control;
    size_t left = message->msg_controllen;
    while (at && left >= sizeof(struct cmsghdr)) {
        const struct cmsghdr *header = (const void *)at;
        size_t length = header->cmsg_len;
        if (length < sizeof *header || length > left)
            return;
        const int *fds = (const void *)(at + CMSG_LEN(0));
        size_t count = (length - CMSG_LEN(0)) / sizeof *fds;
        for (size_t i = 0; header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS && i < count; i++)
            cover_found(policy, fds[i], true);
        size_t step = CMSG_ALIGN(length);
        if (step >= left)
            return;
        at += step;
        left -= step;
    }
}

typedef ssize_t receive_one(int fd, struct msghdr *message, int flags);
typedef int receive_many(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout);

static ssize_t one(receive_one *real, int fd, struct msghdr *message, int flags)
{
    const struct policy *policy = start_policy();
    ssize_t result = real(fd, message, flags);
    if (policy && result >= 0)
        receive_descriptors(policy, message);
    return result;
}

static int many(receive_many *real, int fd, struct mmsghdr *messages, unsigned int count, int flags,
                struct timespec *timeout)
{
    const struct policy *policy = start_policy();
    int received = real(fd, messages, count, flags, timeout);
    for (int i = 0; policy && i < received; i++)
        receive_descriptors(policy, &messages[i].msg_hdr);
    return received;
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    return one(REAL(recvmsg), fd, message, flags);
}

EXPORT int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, many_flags flags, struct timespec *timeout)
{
    return many((receive_many *)REAL(recvmmsg), fd, messages, count, (int)flags, timeout);
}

#if REAL_HAS_TIME64
EXPORT ssize_t __recvmsg64(int fd, struct msghdr *message, int flags)
{
    return one(REAL(__recvmsg64), fd, message, flags);
}

EXPORT int __recvmmsg64(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout)
{
    return many(REAL(__recvmmsg64), fd, messages, count, flags, timeout);
}

EXPORT int __recvmmsg_time64(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout)
{
    return many(REAL(__recvmmsg_time64), fd, messages, count, flags, timeout);
}
#endif
