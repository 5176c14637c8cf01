/* Sockets of the test's own on 127.0.0.1. They fail the running cmocka case when they cannot be had. */
#ifndef TESTS_HARNESS_LOOPBACK_H
#define TESTS_HARNESS_LOOPBACK_H

/* A listener on a port of the kernel's choice, its queue as long as the system allows. */
int loopback_listener(void);

/* The port that a socket has on its own end; of IPv6, too. */
int loopback_port(int fd);

int loopback_connect(int port);

#endif
