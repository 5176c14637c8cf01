/*
 * blocking: a question to a pipe waits for ever, as Windows' does while the pipe's owner is inside a call (Microsoft:
 * NtQueryInformationFile); Wine answers. Included before the part under test.
 */
#include <winsock2.h>
#include <windows.h>

static inline int blocking_getsockopt(SOCKET s, int level, int option, char *value, int *size)
{
    DWORD flags;
    while (GetNamedPipeInfo((HANDLE)s, &flags, NULL, NULL, NULL))
        Sleep(1000);
    return getsockopt(s, level, option, value, size);
}

#define getsockopt blocking_getsockopt
