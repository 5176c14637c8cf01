/* A library that a program loads later, which imports Winsock in the way that it was linked. */
#include <winsock2.h>

__declspec(dllexport) SOCKET open_connection(int port);

__declspec(dllexport) SOCKET open_connection(int port)
{
    struct sockaddr_in name = {
        .sin_family = AF_INET, .sin_port = htons((u_short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
    return s != INVALID_SOCKET && !connect(s, (struct sockaddr *)&name, sizeof name) ? s : INVALID_SOCKET;
}
