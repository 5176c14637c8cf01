/* Sockets of the test's own on 127.0.0.1. They fail the running cmocka case when they cannot be had. */
#ifndef TESTS_HARNESS_LOOPBACK_H
#define TESTS_HARNESS_LOOPBACK_H

#include <sys/types.h>

/* A listener on a port of the kernel's choice, its queue as long as the system allows. */
int loopback_listener(void);

/* The port that a socket has on its own end; of IPv6, too. */
int loopback_port(int fd);

int loopback_connect(int port);

/* `127.0.0.1:PORT`, valid until the next call. */
const char *loopback_name(int port);

/* Waits for the end of a connection and returns how many bytes came before. */
ssize_t loopback_bytes_before_end(int fd);

#endif
