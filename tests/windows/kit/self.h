/*
 * self: this program as the program under test, `verify self WAY`. It says what its socket reads as, or ends with
 * SELF_COVERED when all of them stand under the policy.
 */
#ifndef TESTS_WINDOWS_KIT_SELF_H
#define TESTS_WINDOWS_KIT_SELF_H

#include "sockets.h"

enum { SELF_COVERED = 0x2a, SELF_NO_CONSOLE = 0x2b };

int self_main(int argc, char **argv);

/* The parts of it that have files of their own. */
void self_wait(const char *kind, long idle);
void self_closing(void);
void self_question(void);
void self_letters(void);
void self_service(void);
void self_with_token(void);

/* Each way in which a program comes to a connection. */
#define KIT_WAYS(X)                                                                                                    \
    X(socket)                                                                                                          \
    X(wsasocket)                                                                                                       \
    X(accept)                                                                                                          \
    X(wsaaccept)                                                                                                       \
    X(acceptex)                                                                                                        \
    X(acceptex_export)                                                                                                 \
    X(connect)                                                                                                         \
    X(wsaconnect)                                                                                                      \
    X(connectex)                                                                                                       \
    X(connectbyname) X(connectbylist) X(duplicate) X(ordinal) X(getproc) X(wsock32) X(late) X(delay)

/* A socket by that way. False when there is no such way; INVALID_SOCKET where this system has not got it. */
bool way_take(const char *name, SOCKET *s);

#endif
