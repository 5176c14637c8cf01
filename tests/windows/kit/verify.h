/*
 * verify: what a Windows does, and what tcpalive does on it, one line for each question.
 *
 * The kit (make windows-kit) is run by whoever has such a machine. Each question is asked in a process of its own with
 * a time limit, so that one that hangs or crashes is a line as well. A line is `ID | answer | detail`; the answer is
 * yes, no, NO (not what tcpalive counts on), info, n-a, hung or died.
 */
#ifndef TESTS_WINDOWS_KIT_VERIFY_H
#define TESTS_WINDOWS_KIT_VERIFY_H

#include <winsock2.h>
#include <windows.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <mswsock.h>
#include <stdbool.h>
#include <stdio.h>

enum { LINE_SIZE = 1024, DETAIL_SIZE = 300, STEP_LIMIT_MS = 30000 };

struct step {
    const char *id, *what;
    const char *(*ask)(char *detail); /* the answer; `detail` has DETAIL_SIZE characters of room */
};

/* Ended by a NULL id. */
extern const struct step fact_steps[], more_fact_steps[], tool_steps[], hostile_steps[], console_steps[],
    service_steps[], wire_steps[], peer_steps[];

/* The policy of most questions; what the program under test ends with when all its sockets stand under it. */
#define KIT_RUN "run --idle 37s --interval 20s --probes 5 --"
enum { KIT_IDLE = 37, SELF_COVERED = 0x2a };

/* `self WAY`: what this program does as the program under test. Says what its socket reads as. */
int self_main(int argc, char **argv);
void self_closing(void); /* on a console that is closed: takes a second to save */
void self_service(void);

/* Take away what a question that was ended may have left: the service, the route. */
void service_remove(void);
void wire_remove(void);

/* What the program of this line says of its socket, against what is wanted; KIT_RUN's policy. */
const char *values_of(const char *line, bool wanted, long wanted_idle, char *detail);
const char *policy_of(const char *line, char *detail);

bool is_wine(void);
bool is_elevated(void);
/*
 * Part C asks of packets and routes, which no Wine has and only an administrator may; once, by the system's
 * own word size.
 */
bool may_probe(void);

/* yes or no. */
const char *answer(bool yes);
/* yes or NO. */
const char *expect(bool yes);

struct run {
    DWORD code;
    bool hung;
    char output[LINE_SIZE]; /* the first of what it said */
};

/* Runs a command line to its end. False when it cannot be started. */
bool run_line(const char *line, DWORD limit_ms, struct run *run);

/* `FOLDER\\WORD\\tcpalive.exe` quoted, and this program of that word size; WORD is x86_64 or i686. */
const char *tool(const char *word);
const char *own(const char *word);
const char *own_word(void);

/* One end of a pipe that a thread of this process reads for ever; INVALID_HANDLE_VALUE where there is none. */
HANDLE pipe_being_read(void);

/* AcceptEx and its like. */
void *extension(SOCKET s, GUID id);
SOCKET tcp_socket(void);
struct sockaddr_in loopback(int port);
/* A listener on any port of loopback. */
SOCKET listener(int *port);
/* An option of level IPPROTO_TCP; -1 when it cannot be read. */
long tcp_option(SOCKET s, int option);
int keepalive_of(SOCKET s);
int set_vals(SOCKET s, ULONG time, ULONG interval);
int set_tcp_option(SOCKET s, int option, DWORD value); /* 0 or an error */

#endif
