#include "handles.h"
#include <winternl.h>

enum { SPARE = 4096, BASIC = 0, TYPE = 2 /* OBJECT_INFORMATION_CLASS */ };

/* Closed ones leave gaps, which are filled again first: half as many again as there are handles, and some. */
ULONG_PTR handles_limit(HANDLE process)
{
    DWORD count;
    return GetProcessHandleCount(process, &count) ? ((ULONG_PTR)count + count / 2 + SPARE) * HANDLES_STEP : 0;
}

static bool query(HANDLE handle, int what, void *answer, ULONG size)
{
    typedef NTSTATUS(NTAPI * query_object)(HANDLE, int, void *, ULONG, ULONG *);
    static query_object function;
    if (!function)
        function = (query_object)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtQueryObject");
    return function && function(handle, what, answer, size, NULL) >= 0;
}

/* Sockets are of type File and open for reading and writing; the ends of a pipe are open for one of them. */
bool handles_may_be_socket(HANDLE handle)
{
    enum { BOTH = FILE_READ_DATA | FILE_WRITE_DATA };
    struct {
        ULONG attributes;
        ACCESS_MASK rights;
        ULONG rest[12];
    } basic;
    union {
        UNICODE_STRING name;
        BYTE room[512];
    } type;
    return query(handle, BASIC, &basic, sizeof basic) && (basic.rights & BOTH) == BOTH &&
           query(handle, TYPE, &type, sizeof type) && type.name.Length == 4 * sizeof(WCHAR) &&
           type.name.Buffer[0] == 'F' && type.name.Buffer[1] == 'i';
}

bool handles_is_socket(HANDLE handle)
{
    DWORD error = GetLastError();
    u_long mark;
    bool is = handles_may_be_socket(handle) && !ioctlsocket((SOCKET)handle, SIOCATMARK, &mark);
    SetLastError(error);
    return is;
}
