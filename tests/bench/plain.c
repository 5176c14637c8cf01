/*
 * The least that attach and list can be: a loop over another process's descriptors that asks which are sockets, sets
 * the options of every TCP socket and reads them back, or only reads them, and nothing else. bench.py runs it beside
 * them.
 *
 *   plain attach|list PID
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int option(int fd, int level, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    getsockopt(fd, level, name, &value, &size);
    return value;
}

static void set_all(int fd)
{
    const int idle = 60, interval = 10, probes = 6, on = 1;
    if (setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle) != 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (option(fd, IPPROTO_TCP, TCP_KEEPIDLE) != idle || option(fd, IPPROTO_TCP, TCP_KEEPINTVL) != interval ||
        option(fd, IPPROTO_TCP, TCP_KEEPCNT) != probes || option(fd, SOL_SOCKET, SO_KEEPALIVE) != on)
        fprintf(stderr, "%d: did not take\n", fd);
}

static void print_end(int fd, int ask(int, struct sockaddr *, socklen_t *))
{
    struct sockaddr_in name = {0};
    socklen_t size = sizeof name;
    char text[INET_ADDRSTRLEN];
    ask(fd, (struct sockaddr *)&name, &size);
    printf(" %s:%d", inet_ntop(AF_INET, &name.sin_addr, text, sizeof text), ntohs(name.sin_port));
}

static void list_all(int fd)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return;
    printf("%d %d", fd, info.tcpi_state);
    print_end(fd, getsockname);
    print_end(fd, getpeername);
    printf(" %d %d %d %d %d\n", option(fd, SOL_SOCKET, SO_KEEPALIVE), option(fd, IPPROTO_TCP, TCP_KEEPIDLE),
           option(fd, IPPROTO_TCP, TCP_KEEPINTVL), option(fd, IPPROTO_TCP, TCP_KEEPCNT),
           option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT));
}

/* A duplicate of a file would send a FLUSH to its file system when it is closed. */
static int is_socket(int folder, const char *name)
{
    static const char kind[] = "socket:[";
    char link[64];
    return readlinkat(folder, name, link, sizeof link) >= (ssize_t)sizeof kind &&
           memcmp(link, kind, sizeof kind - 1) == 0;
}

int main(int argc, char **argv)
{
    char path[64];
    if (argc != 3)
        return 64;
    snprintf(path, sizeof path, "/proc/%s/fd", argv[2]);
    int process = (int)syscall(SYS_pidfd_open, atoi(argv[2]), 0);
    DIR *folder = opendir(path);
    if (process < 0 || !folder) {
        perror(path);
        return 1;
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!is_socket(dirfd(folder), entry->d_name))
            continue;
        int fd = entry->d_name[0] == '.' ? -1 : (int)syscall(SYS_pidfd_getfd, process, atoi(entry->d_name), 0);
        if (fd < 0)
            continue;
        if (strcmp(argv[1], "attach") == 0)
            set_all(fd);
        else
            list_all(fd);
        close(fd);
    }
    closedir(folder);
    return 0;
}
