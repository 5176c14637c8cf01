/*
 * own_calls: the program's own keepalive calls on sockets under the policy.
 *
 * Used by hooks. The mode says which value stands (plan_answer); the real call is then made with that value
 * and all else as the program gave it, so that its errors, its overlapped completion and its return value are
 * the system's own.
 */
#ifndef WINHOOK_OWN_CALLS_H
#define WINHOOK_OWN_CALLS_H

#include <winsock2.h>
#include <stdbool.h>

/* Is it one of the options that own_calls_setsockopt() is for? */
bool own_calls_is_one(int level, int option);

int own_calls_setsockopt(SOCKET s, int level, int option, const char *value, int size);

/* WSAIoctl(SIO_KEEPALIVE_VALS) */
int own_calls_vals(SOCKET s, void *in, DWORD in_size, void *out, DWORD out_size, DWORD *returned,
                   WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);

#endif
