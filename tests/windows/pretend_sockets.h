/*
 * The part of pretend.c about sockets. Included by it alone.
 */
/*
 * Before Windows 10 1703: the idle time alone has an option, number 3; one socket is enough here, whose own time
 * is 30 s.
 */
static volatile LONG old_idle = 30;

static int set_old_idle(SOCKET s, DWORD seconds)
{
    struct tcp_keepalive vals = {1, seconds * 1000, 1000};
    DWORD size = 0;
    old_idle = (LONG)seconds;
    return REAL(WSAIoctl)(s, SIO_KEEPALIVE_VALS, &vals, sizeof vals, NULL, 0, &size, NULL, NULL);
}

static volatile LONG switched_on; /* by SO_KEEPALIVE itself */

static int WSAAPI pretend_setsockopt(SOCKET s, int level, int option, const char *value, int size)
{
    DWORD error = WSAENOPROTOOPT, number = size >= 4 ? *(const DWORD *)value : 0;
    trace("set", level, option, number);
    if (level == SOL_SOCKET && option == SO_KEEPALIVE)
        switched_on = 1;
    if (level == IPPROTO_TCP && option == 3 && is("old"))
        return set_old_idle(s, number);
    if (told("refused", &error) || (level == IPPROTO_TCP && is("old"))) {
        WSASetLastError((int)error);
        return SOCKET_ERROR;
    }
    if (level == IPPROTO_TCP && is("new"))
        return 0;
    return REAL(setsockopt)(s, level, option, value, size);
}

static int WSAAPI pretend_getsockopt(SOCKET s, int level, int option, char *value, int *size)
{
    if (level == IPPROTO_TCP && option == 3 && is("old")) {
        DWORD idle = 0;
        *(DWORD *)value = told("old", &idle) && idle ? idle : (DWORD)old_idle;
        return 0;
    }
    if (level == IPPROTO_TCP && is("old")) {
        WSASetLastError(WSAENOPROTOOPT);
        return SOCKET_ERROR;
    }
    int result = REAL(getsockopt)(s, level, option, value, size);
    if (!result && level == SOL_SOCKET && option == SO_KEEPALIVE && is("times_alone"))
        *value = (char)switched_on;
    return result;
}

static int WSAAPI pretend_WSAIoctl(SOCKET s, DWORD code, void *in, DWORD in_size, void *out, DWORD out_size,
                                   DWORD *returned, WSAOVERLAPPED *overlapped,
                                   LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    DWORD error;
    if (code == SIO_KEEPALIVE_VALS)
        trace("times", 0, 0, ((struct tcp_keepalive *)in)->keepalivetime);
    if (code == SIO_KEEPALIVE_VALS && told("refused", &error)) {
        WSASetLastError((int)error);
        return SOCKET_ERROR;
    }
    return REAL(WSAIoctl)(s, code, in, in_size, out, out_size, returned, overlapped, routine);
}

static int WSAAPI pretend_ioctlsocket(SOCKET s, long code, u_long *value)
{
    if (code != (long)SIOCATMARK || !is("no_mark"))
        return REAL(ioctlsocket)(s, code, value);
    WSASetLastError(WSAEINVAL);
    return SOCKET_ERROR;
}
