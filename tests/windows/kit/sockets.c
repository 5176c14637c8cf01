#include "sockets.h"
#include "run.h"

SOCKET tcp_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
}

struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((u_short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

SOCKET listener(int *port)
{
    struct sockaddr_in name = loopback(0);
    int size = sizeof name;
    SOCKET s = tcp_socket();
    bind(s, (struct sockaddr *)&name, size);
    listen(s, SOMAXCONN);
    getsockname(s, (struct sockaddr *)&name, &size);
    *port = ntohs(name.sin_port);
    return s;
}

long tcp_option(SOCKET s, int option)
{
    DWORD value = 0;
    int size = sizeof value;
    return getsockopt(s, IPPROTO_TCP, option, (char *)&value, &size) ? -1 : (long)value;
}

int keepalive_of(SOCKET s)
{
    int on = 0, size = sizeof on;
    return getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&on, &size) ? -1 : (on & 0xff) != 0;
}

int set_vals(SOCKET s, ULONG time, ULONG interval)
{
    struct tcp_keepalive vals = {1, time, interval};
    DWORD size;
    return WSAIoctl(s, SIO_KEEPALIVE_VALS, &vals, sizeof vals, NULL, 0, &size, NULL, NULL) ? WSAGetLastError() : 0;
}

int set_tcp_option(SOCKET s, int option, DWORD value)
{
    return setsockopt(s, IPPROTO_TCP, option, (const char *)&value, sizeof value) ? WSAGetLastError() : 0;
}

void *extension(SOCKET s, GUID id)
{
    void *found = NULL;
    DWORD size;
    WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &found, sizeof found, &size, NULL, NULL);
    return found;
}

static DWORD WINAPI read_for_ever(void *end)
{
    char c;
    DWORD size;
    ReadFile(end, &c, 1, &size, NULL);
    return 0;
}

/* So that the reader is at it for certain. */
static HANDLE being_read(HANDLE end)
{
    if (end == INVALID_HANDLE_VALUE)
        return end;
    CreateThread(NULL, 0, read_for_ever, end, 0, NULL);
    Sleep(200);
    return end;
}

HANDLE pipe_being_read(void)
{
    char name[64];
    snprintf(name, sizeof name, "\\\\.\\pipe\\tcpalive-verify-%lu", GetCurrentProcessId());
    CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, PIPE_WAIT, 1, 64, 64, 0, NULL);
    return being_read(CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL));
}

HANDLE console_being_read(void)
{
    DWORD mode;
    HANDLE end = CreateFileA("CONIN$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                             OPEN_EXISTING, 0, NULL);
    return GetConsoleMode(end, &mode) ? being_read(end) : INVALID_HANDLE_VALUE;
}

static DWORD WINAPI ask_mark(void *handle)
{
    u_long mark;
    ioctlsocket((SOCKET)handle, SIOCATMARK, &mark);
    return 0;
}

bool question_waits(HANDLE being_read)
{
    HANDLE asking = CreateThread(NULL, 0, ask_mark, being_read, 0, NULL);
    return !wait_for(asking, 1500);
}
