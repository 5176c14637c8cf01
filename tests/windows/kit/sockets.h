/*
 * sockets: what parts A and C, and the program under test, make and ask of sockets. These calls nobody answers for the
 * system.
 */
#ifndef TESTS_WINDOWS_KIT_SOCKETS_H
#define TESTS_WINDOWS_KIT_SOCKETS_H

#include "verify.h"
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <mswsock.h>

enum { OPTION_IDLE = 3, OPTION_MAXRT = 5, OPTION_MAXRTMS = 14, OPTION_COUNT = 16, OPTION_INTERVAL = 17 };

SOCKET tcp_socket(void);
struct sockaddr_in loopback(int port);
/* A listener on any port of loopback. */
SOCKET listener(int *port);
/* AcceptEx and its like. */
void *extension(SOCKET s, GUID id);

/* An option of level IPPROTO_TCP; -1 when it cannot be read. */
long tcp_option(SOCKET s, int option);
int set_tcp_option(SOCKET s, int option, DWORD value); /* 0 or an error */
int keepalive_of(SOCKET s);
int set_vals(SOCKET s, ULONG time, ULONG interval); /* 0 or an error */

/* One end of a pipe that a thread of this process reads for ever; INVALID_HANDLE_VALUE where there is none. */
HANDLE pipe_being_read(void);
/* The same of a console. */
HANDLE console_being_read(void);
/* Does a question to it, whether it is a socket, wait while somebody reads it? */
bool question_waits(HANDLE being_read);

#endif
