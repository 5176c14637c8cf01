/*
 * probe: a Windows program that makes TCP connections in every way there is and holds them until its standard
 * input ends.
 *
 * It knows nothing of tcpalive and imports Winsock as old servers do. It says `listening PORT`, `ready` once
 * its connections stand, and what it was told by calls that failed; the tests read the sockets from outside.
 */
#ifndef TESTS_WINDOWS_PROBE_H
#define TESTS_WINDOWS_PROBE_H

#include <winsock2.h>
#include <windows.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <mswsock.h>

/* Ends the program with a line about the call when it failed. */
void must(int worked, const char *call);

/* 127.0.0.1 and a port in host order. */
struct sockaddr_in loopback(int port);

/* The answer to SIO_GET_EXTENSION_FUNCTION_POINTER. */
void *extension(SOCKET s, GUID id);

/* Binds to any port of loopback, listens, says `listening PORT`. */
void announce(SOCKET listener);

/* Says `ready` and waits for the end of standard input. */
void hold(void);

/* Waits for a completion: says `completed BYTES`, or `failed ERROR`; returns whether it worked. */
int await(HANDLE port);

struct way {
    const char *name;
    void (*run)(int argc, char **argv); /* arguments after the way's name */
};

extern const struct way client_ways[], server_ways[], other_ways[], load_ways[], option_ways[], process_ways[],
    hostile_ways[]; /* ended by a NULL name */

#endif
