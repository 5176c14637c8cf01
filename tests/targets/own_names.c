/*
 * A program with functions of its own whose names are those of calls on sockets, which it makes by number where it
 * means them. It exports its names, as programs do that load plugins: whoever asks for one of these gets them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int socket(int domain, int type, int protocol);
int connect(int fd, const void *name, unsigned length);
int accept(int fd, void *name, unsigned *length);
int setsockopt(int fd, int level, int name, const void *value, unsigned length);

#define OURS(name)                                                                                                     \
    __attribute__((visibility("default"), noreturn)) void name(const char *text);                                      \
    void name(const char *text)                                                                                        \
    {                                                                                                                  \
        fprintf(stderr, "own " #name " called: %p\n", (const void *)text);                                             \
        abort();                                                                                                       \
    }

OURS(getsockopt)
OURS(getsockname)
OURS(getpeername)
OURS(ioctl)
OURS(listen)
OURS(sendmsg)

enum { INET = 2, STREAM = 1, TCP = 6, KEEPIDLE = 4 };

int main(void)
{
    struct {
        unsigned short family, port;
        unsigned char address[4], rest[8];
    } place = {INET, 0, {127, 0, 0, 1}, {0}};
    static int idle = 99;
    unsigned size = sizeof place;
    int listener = socket(INET, STREAM, 0);
    syscall(SYS_bind, listener, &place, size);
    syscall(SYS_getsockname, listener, &place, &size);
    syscall(SYS_listen, listener, 8);
    int client = socket(INET, STREAM, 0);
    setsockopt(client, TCP, KEEPIDLE, &idle, sizeof idle);
    printf("connect %d\n", connect(client, &place, sizeof place));
    printf("fd client %d\nfd accepted %d\nready\n", client, accept(listener, NULL, NULL));
    fflush(stdout);
    for (;;)
        pause();
}
