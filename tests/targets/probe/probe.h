/*
 * probe: an ordinary program that knows nothing of tcpalive. Each sub-command opens sockets in one way, tells
 * on stdout what every call returned, and waits to be looked at from outside. What it prints holds no ports
 * and no process numbers, so that two runs can be compared byte for byte.
 */
#ifndef TESTS_TARGETS_PROBE_PROBE_H
#define TESTS_TARGETS_PROBE_PROBE_H

#include <errno.h>
#include <sys/socket.h>

/*
 * Makes a call with a known errno before it, and prints `name result errno`: errno shows as "kept" when the call left
 * it alone, as libc's calls do when they succeed.
 */
#define CALL(name, call) (errno = PROBE_ERRNO, probe_returned((name), (call)))
enum { PROBE_ERRNO = 77 };
long probe_returned(const char *name, long result);

/* `fd NAME NUMBER`: a descriptor that should be looked at. */
void probe_shows(const char *name, int fd);

/* Ends with 64 and a line on stderr: wrong usage of the probe itself. */
void probe_wrong(const char *what) __attribute__((noreturn));

/*
 * The loopback address of a family, "inet", "inet6" or "mapped" (IPv4 through an IPv6 socket); with a port when it says
 * so ("inet:5432"), else the kernel chooses one.
 */
struct probe_place {
    struct sockaddr_storage address;
    socklen_t size;
    int domain;
};
struct probe_place probe_place(const char *family);

/* A listener there on a port of the kernel's choice, and that port put into place. */
int probe_listener(struct probe_place *place);
/* A port there on which nobody listens. */
void probe_closed_port(struct probe_place *place);

int probe_number(const char *text);

/* The sub-commands: arguments after their name, NULL-terminated. */
void probe_socket(char **arguments);
void probe_others(char **arguments);
void probe_zero(char **arguments);
void probe_connect(char **arguments);
void probe_fastopen(char **arguments);
void probe_serve(char **arguments);
void probe_accept_on(char **arguments);
void probe_dial(char **arguments);
void probe_wildcard(char **arguments);
void probe_use(char **arguments);
void probe_receive(char **arguments);
void probe_set(char **arguments);
void probe_wrong_calls(char **arguments);
void probe_ring(char **arguments);
void probe_repeat(char **arguments);
void probe_starts(char **arguments);
void probe_second(char **arguments);
void probe_says(char **arguments);
void probe_way(char **arguments);
void probe_alias(char **arguments);

#endif
