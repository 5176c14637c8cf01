/*
 * wine: Windows programs in a test, each test program with a Windows of its own.
 *
 * The model under build/cache/wine (tests/setup/wine.sh) is copied without its files: registry and drives are
 * the test's, the system folders are shared. So its wineserver, which makes all sockets, belongs to one test
 * program and ends with it. It has a network of its own too, where the user may make one: no other test takes a port
 * there. Sockets are read from outside, as on Linux.
 *
 * The environment's TCPALIVE_TEST_WINE=newer stands for the Wine of Debian 13 (tests/setup/wine_newer.sh), in a mount
 * namespace that no one else sees.
 */
#ifndef TESTS_WINDOWS_WINE_H
#define TESTS_WINDOWS_WINE_H

#include "harness/child.h"
#include "harness/oracle.h"

/* Longest wait for anything of a Windows program: each start is several processes, on machines that are busy. */
enum { WINE_DEADLINE_MS = 60000 };

/* Word sizes: the names of the directories under build/windows and build/windows/tests. */
extern const char *const wine_words[2];

/* cmocka's group setup and teardown. The second ends every Windows process and removes the copy. */
int wine_setup(void **state);
/* The same in the network that the test program is in already. */
int wine_setup_here(void **state);
int wine_teardown(void **state);

/* Does this Wine know TCP_KEEPCNT and its like? Else it counts nine probes whatever is asked, and tcpalive ten. */
int wine_counts_probes(void);

/* Is the network the test's own? */
int wine_has_own_network(void);

/* A directory for files of the test, gone after wine_teardown. */
const char *wine_folder(void);

/* Ends every Windows process, wineserver too; the next program that is started begins with a new one. */
void wine_end(void);

/*
 * Starts a Windows program: `words` separated by spaces, in which %w is the word size (`x86_64`), and a first
 * word without a slash is a program of that size under build/windows/tests. `tool` NULL: bare. Else it is
 * started by that size's tcpalive.exe with these arguments before it: `run --idle 30s --`. `environment` as
 * in struct child_plan.
 */
struct child *wine_start(const char *word, const char *tool, const char *words, const char *const *environment);

/* The same on a terminal, of which Wine makes a console: what the child is told is typed. */
struct child *wine_start_console(const char *word, const char *tool, const char *words);

/*
 * What such a child's console shows by now: all that was written there, its escapes taken out (they only move, by a
 * blank at most). Valid until the next call.
 */
const char *wine_screen(struct child *child);

/* Waits until that has the text in it; fails the test at the deadline. */
void wine_screen_with(struct child *child, const char *text);

/*
 * As wine_start, run to its end with stdin closed: its exit status, stdout in output when not NULL (carriage
 * returns taken out).
 */
int wine_run(const char *word, const char *tool, const char *words, const char *const *environment, char *output,
             size_t room);

/* tcpalive.exe itself, for its output: exit status, and both streams. */
int wine_tool(const char *word, const char *words, char *output, char *errors, size_t room);

/* The number in the next line that begins with this text (`listening 5000`), or -1 at the deadline. */
long wine_number(struct child *child, const char *text);

/*
 * The Windows side of the one connection whose local or peer port this is; fails the test when there is none
 * by the deadline.
 */
struct oracle_socket wine_connection(int port);

/* The same of the connection whose other end has this port, where that one is a child of the test's too. */
struct oracle_socket wine_peer_of(int port);

/* The listener on the port. */
struct oracle_socket wine_listener(int port);

/* Wait until it has keepalive with this idle time in seconds; fail the test when it never does. */
void wine_connection_gets(int port, int idle);
void wine_peer_gets(int port, int idle);
void wine_listener_gets(int port, int idle);

/* A listener of the test itself on 127.0.0.1 (family AF_INET) or ::1; its port. */
int wine_listen(int family, int *port);

/* A port that nobody listens on; in a network of the test's own nobody takes it meanwhile either. */
int wine_free_port(void);

/*
 * The process id inside Windows of the program whose socket has this port on its own end, by `tcpalive list`. By the
 * port: a 32-bit program of the same name may be at its end still, when the test has done with it.
 */
long wine_pid(int own_port);

#endif
