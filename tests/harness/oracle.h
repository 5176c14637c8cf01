/*
 * The oracle: what the kernel really holds for a TCP socket of another process, read from outside without
 * that process's help (pidfd_getfd(2), then getsockopt(2) on the duplicate). Tests and the `oracle` command
 * call it. It never changes a socket and never trusts what the process says about itself.
 */
#ifndef TESTS_HARNESS_ORACLE_H
#define TESTS_HARNESS_ORACLE_H

#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/types.h>

enum { ORACLE_REFUSED = -1 }; /* the kernel does not know this option for this socket */

struct oracle_socket {
    pid_t pid;
    int fd;
    unsigned long inode;
    int domain, type, protocol;
    int listening;
    int keepalive;
    int idle, interval; /* seconds */
    int probes;
    int user_timeout; /* milliseconds */
    int syncnt;
    int defer_accept;                    /* seconds */
    int maxseg, window_clamp;            /* bytes */
    struct sockaddr_storage local, peer; /* family AF_UNSPEC where there is none */
};

/*
 * Reads descriptor fd of process pid, whatever kind of socket it is. 0, or -1 with errno: ENOTSOCK for other files,
 * EBADF, ESRCH, EPERM without ptrace access (ptrace(2), PTRACE_MODE_ATTACH_REALCREDS).
 */
int oracle_read(pid_t pid, int fd, struct oracle_socket *seen);

/*
 * All TCP and MPTCP sockets of one process, lowest descriptor first. Returns how many there are, of which the first
 * `room` are in `seen`; or -1 with errno.
 */
ssize_t oracle_process(pid_t pid, struct oracle_socket *seen, size_t room);

/* The same for a process and all its descendants; a socket that several hold is counted once. */
ssize_t oracle_tree(pid_t pid, struct oracle_socket *seen, size_t room);

/* Port of an address in host order, 0 where it has none. */
int oracle_port(const struct sockaddr_storage *address);

/* One line: pid, descriptor, kind, addresses, state and all values; "-" for what the kernel refused. */
void oracle_print(FILE *out, const struct oracle_socket *seen);

#endif
