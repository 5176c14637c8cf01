/*
 * hooks: the functions that the program calls in place of the C library's, for sockets made, connected and accepted.
 *
 * Each makes the program's call through real and returns its value untouched. Options go on before connect and listen,
 * else after success.
 */
#include "preload/apply.h"
#include "preload/facts.h"
#include "preload/library/announce.h"
#include "preload/library/cover.h"
#include "preload/library/real.h"
#include "preload/library/start.h"
#include <netinet/tcp.h>

#define EXPORT __attribute__((visibility("default")))

/* Before the start, and where the library has nothing to do. */
static __attribute__((noinline)) int first_socket(int domain, int type, int protocol)
{
    bool covered = start_if_needed() && facts_makes_tcp(domain, type, protocol);
    int fd = REAL(socket)(domain, type, protocol);
    return covered ? cover_made(fd) : fd;
}

EXPORT int socket(int domain, int type, int protocol)
{
    if (!start_policy_in_force())
        return first_socket(domain, type, protocol);
    if (!facts_makes_tcp(domain, type, protocol))
        return REAL_BOUND(socket)(domain, type, protocol);
    int fd = REAL_BOUND(socket)(domain, type, protocol);
    return cover_made(fd);
}

/* As setsockopt behind us (preload/apply.h): a supervisor has nothing left to do, and the call does not wait for it. */
typedef int marked_connect(int fd, const struct sockaddr *name, socklen_t length, long fourth, long fifth, long mark);
typedef int marked_listen(int fd, int backlog, long third, long fourth, long fifth, long mark);

EXPORT int connect(int fd, const struct sockaddr *name, socklen_t length)
{
    const struct policy *policy = start_policy();
    if (policy) {
        cover_connecting(policy, fd, name, length);
        announce();
    }
    return ((marked_connect *)real(REAL_connect))(fd, name, length, 0, 0, policy ? APPLY_MARK : 0);
}

/* glibc's other name for it. Its inner calls do not come by, programs' own do. */
EXPORT __attribute__((alias("connect"))) int __connect(int, const struct sockaddr *, socklen_t);

EXPORT int listen(int fd, int backlog)
{
    const struct policy *policy = start_policy();
    if (policy) {
        cover_listening(policy, fd);
        announce();
    }
    return ((marked_listen *)real(REAL_listen))(fd, backlog, 0, 0, 0, policy ? APPLY_MARK : 0);
}

EXPORT int accept(int listener, struct sockaddr *name, socklen_t *length)
{
    const struct policy *policy = start_policy();
    int fd = REAL(accept)(listener, name, length);
    if (policy && fd >= 0)
        cover_accepted(policy, fd);
    return fd;
}

EXPORT int accept4(int listener, struct sockaddr *name, socklen_t *length, int flags)
{
    const struct policy *policy = start_policy();
    int fd = REAL(accept4)(listener, name, length, flags);
    if (policy && fd >= 0)
        cover_accepted(policy, fd);
    return fd;
}

/* RFC 7413: sending with MSG_FASTOPEN connects. */
static const struct policy *policy_if_connecting(int flags)
{
    return flags & MSG_FASTOPEN ? start_policy() : NULL;
}

EXPORT ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *name, socklen_t length)
{
    const struct policy *policy = policy_if_connecting(flags);
    if (policy)
        cover_connecting(policy, fd, name, length);
    return REAL(sendto)(fd, data, size, flags, name, length);
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    const struct policy *policy = policy_if_connecting(flags);
    if (policy)
        cover_connecting_by(policy, fd, message);
    return REAL(sendmsg)(fd, message, flags);
}

EXPORT int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, many_flags flags)
{
    const struct policy *policy = policy_if_connecting(flags);
    if (policy && count)
        cover_connecting_by(policy, fd, &messages->msg_hdr);
    return REAL(sendmmsg)(fd, messages, count, flags);
}

#if REAL_HAS_TIME64
EXPORT __attribute__((alias("sendmsg"))) ssize_t __sendmsg64(int, const struct msghdr *, int);
EXPORT __attribute__((alias("sendmmsg"))) int __sendmmsg64(int, struct mmsghdr *, unsigned int, int);
#endif
