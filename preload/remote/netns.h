/*
 * netns: other network namespaces: which one a process or a socket is in, and sockets made there.
 *
 * A child goes there and hands a socket back, so that this process stays where it is, whether or not it could return.
 * An ordinary user reaches the namespaces of user namespaces of its own.
 */
#ifndef PRELOAD_REMOTE_NETNS_H
#define PRELOAD_REMOTE_NETNS_H

#include <stdint.h>
#include <sys/types.h>

/* A descriptor for it, or -1 with errno. The second needs CAP_NET_ADMIN in it. */
int netns_of_process(pid_t pid);
int netns_of_socket(int fd);

/* Its number, as lsns(8) shows it; 0 when it cannot be told. */
uint64_t netns_number(int netns);
uint64_t netns_number_of_process(pid_t pid);
uint64_t netns_own_number(void);

/* socket(2) in that namespace. -1 with errno. */
int netns_make_socket(int netns, int family, int type, int protocol);

#endif
