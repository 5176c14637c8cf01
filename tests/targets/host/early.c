/* A library that makes connections before the program begins, and before other libraries' constructors have run. */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST = 60, SEEN = 99 };

static void place_at(int fd, int number)
{
    dup3(fd, number, O_CLOEXEC);
    close(fd);
}

__attribute__((constructor)) static void connect_early(void)
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof place;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bind(listener, (struct sockaddr *)&place, size);
    getsockname(listener, (struct sockaddr *)&place, &size);
    listen(listener, 8);
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    connect(client, (struct sockaddr *)&place, size);
    int keepalive = 0;
    getsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &keepalive, &(socklen_t){sizeof keepalive});
    if (keepalive)
        setsockopt(client, IPPROTO_TCP, TCP_SYNCNT, &(int){SEEN}, sizeof(int));
    place_at(accept(listener, NULL, NULL), FIRST);
    place_at(client, FIRST + 1);
    place_at(listener, FIRST + 2);
}
