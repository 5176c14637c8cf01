#include "extension.h"
#include "cover.h"
#include "in_force.h"
#include "winhook/facts.h"
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>

static LPFN_CONNECTEX real_connect_ex;
static LPFN_ACCEPTEX real_accept_ex;

static BOOL PASCAL hook_ConnectEx(SOCKET s, const struct sockaddr *name, int size, void *data, DWORD data_size,
                                  DWORD *sent, OVERLAPPED *overlapped)
{
    cover_connecting(s, name, size);
    return real_connect_ex(s, name, size, data, data_size, sent, overlapped);
}

/*
 * Microsoft's AcceptEx page: the accepted socket has its listener's options only once
 * SO_UPDATE_ACCEPT_CONTEXT was set, which not every program does. Without rules the socket was prepared when
 * it was made; with rules it gets here what its listener has. (On Wine it loses that and inherits in any
 * case; a real Windows was not seen.)
 */
static BOOL PASCAL hook_AcceptEx(SOCKET listener, SOCKET s, void *buffer, DWORD received, DWORD local_size,
                                 DWORD remote_size, DWORD *got, OVERLAPPED *overlapped)
{
    if (in_force()->rule_count) {
        struct facts facts;
        facts_read(listener, ROLE_LISTEN, &facts);
        cover_socket(s, &facts);
    }
    return real_accept_ex(listener, s, buffer, received, local_size, remote_size, got, overlapped);
}

static const struct {
    GUID id;
    void **real;
    void *replacement;
} wrapped[] = {
    {WSAID_CONNECTEX, (void **)&real_connect_ex, (void *)hook_ConnectEx},
    {WSAID_ACCEPTEX, (void **)&real_accept_ex, (void *)hook_AcceptEx},
};

static bool same(const void *left, const void *right, size_t size)
{
    const unsigned char *a = left, *b = right;
    while (size && *a++ == *b++)
        size--;
    return !size;
}

/* Another provider's function of the same name is handed out as it is: one address is all that we keep. */
void extension_wrap(const void *id, void **pointer)
{
    for (size_t i = 0; i < sizeof wrapped / sizeof *wrapped; i++)
        if (same(id, &wrapped[i].id, sizeof(GUID))) {
            void *known = InterlockedCompareExchangePointer(wrapped[i].real, *pointer, NULL);
            if (!known || known == *pointer)
                *pointer = wrapped[i].replacement;
            return;
        }
}
