#include "oracle.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

enum { ORACLE_PROCESSES = 512 };

static int option(int fd, int level, int name)
{
    int value = 0;
    socklen_t size = sizeof value;
    return getsockopt(fd, level, name, &value, &size) == 0 ? value : ORACLE_REFUSED;
}

static void read_addresses(int fd, struct oracle_socket *seen)
{
    socklen_t size = sizeof seen->local;
    if (getsockname(fd, (struct sockaddr *)&seen->local, &size) != 0)
        seen->local.ss_family = AF_UNSPEC;
    size = sizeof seen->peer;
    if (getpeername(fd, (struct sockaddr *)&seen->peer, &size) != 0)
        seen->peer.ss_family = AF_UNSPEC;
}

static int read_socket(int fd, struct oracle_socket *seen)
{
    struct stat file;
    if (fstat(fd, &file) != 0)
        return -1;
    if (!S_ISSOCK(file.st_mode)) {
        errno = ENOTSOCK;
        return -1;
    }
    seen->inode = file.st_ino;
    seen->domain = option(fd, SOL_SOCKET, SO_DOMAIN);
    seen->type = option(fd, SOL_SOCKET, SO_TYPE);
    seen->protocol = option(fd, SOL_SOCKET, SO_PROTOCOL);
    seen->listening = option(fd, SOL_SOCKET, SO_ACCEPTCONN);
    seen->keepalive = option(fd, SOL_SOCKET, SO_KEEPALIVE);
    seen->idle = option(fd, IPPROTO_TCP, TCP_KEEPIDLE);
    seen->interval = option(fd, IPPROTO_TCP, TCP_KEEPINTVL);
    seen->probes = option(fd, IPPROTO_TCP, TCP_KEEPCNT);
    seen->user_timeout = option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT);
    seen->syncnt = option(fd, IPPROTO_TCP, TCP_SYNCNT);
    seen->defer_accept = option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT);
    seen->maxseg = option(fd, IPPROTO_TCP, TCP_MAXSEG);
    seen->window_clamp = option(fd, IPPROTO_TCP, TCP_WINDOW_CLAMP);
    read_addresses(fd, seen);
    return 0;
}

static int read_through(int process, pid_t pid, int fd, struct oracle_socket *seen)
{
    int own = (int)syscall(SYS_pidfd_getfd, process, fd, 0);
    if (own < 0)
        return -1;
    memset(seen, 0, sizeof *seen);
    seen->pid = pid;
    seen->fd = fd;
    int result = read_socket(own, seen);
    int saved = errno;
    close(own);
    errno = saved;
    return result;
}

int oracle_read(pid_t pid, int fd, struct oracle_socket *seen)
{
    int process = (int)syscall(SYS_pidfd_open, pid, 0);
    if (process < 0)
        return -1;
    int result = read_through(process, pid, fd, seen);
    int saved = errno;
    close(process);
    errno = saved;
    return result;
}

static int is_tcp(const struct oracle_socket *seen)
{
    return (seen->domain == AF_INET || seen->domain == AF_INET6) && seen->type == SOCK_STREAM &&
           (seen->protocol == IPPROTO_TCP || seen->protocol == IPPROTO_MPTCP);
}

static int by_descriptor(const void *left, const void *right)
{
    return ((const struct oracle_socket *)left)->fd - ((const struct oracle_socket *)right)->fd;
}

ssize_t oracle_process(pid_t pid, struct oracle_socket *seen, size_t room)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    int process = (int)syscall(SYS_pidfd_open, pid, 0);
    if (process < 0)
        return -1;
    DIR *descriptors = opendir(path);
    if (!descriptors) {
        close(process);
        return -1;
    }
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(descriptors));) {
        struct oracle_socket one;
        if (entry->d_name[0] == '.' || read_through(process, pid, atoi(entry->d_name), &one) != 0 || !is_tcp(&one))
            continue;
        if (count < room)
            seen[count] = one;
        count++;
    }
    closedir(descriptors);
    close(process);
    qsort(seen, count < room ? count : room, sizeof *seen, by_descriptor);
    return (ssize_t)count;
}

static pid_t parent_of(pid_t pid)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return -1;
    char *text = fgets(line, sizeof line, file);
    fclose(file);
    char *name_end = text ? strrchr(text, ')') : NULL; /* the name itself may hold spaces and brackets */
    int parent = -1;
    return name_end && sscanf(name_end + 1, " %*c %d", &parent) == 1 ? parent : -1;
}

static int is_among(pid_t pid, const pid_t *pids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (pids[i] == pid)
            return 1;
    return 0;
}

/* Adds to pids every process whose parent is among them; returns the new count. */
static size_t add_children(pid_t *pids, size_t count)
{
    DIR *processes = opendir("/proc");
    if (!processes)
        return count;
    for (struct dirent *entry; (entry = readdir(processes)) && count < ORACLE_PROCESSES;) {
        pid_t pid = atoi(entry->d_name);
        if (pid > 0 && is_among(parent_of(pid), pids, count) && !is_among(pid, pids, count))
            pids[count++] = pid;
    }
    closedir(processes);
    return count;
}

static int holds_inode(const struct oracle_socket *seen, size_t count, unsigned long inode)
{
    for (size_t i = 0; i < count; i++)
        if (seen[i].inode == inode)
            return 1;
    return 0;
}

ssize_t oracle_tree(pid_t pid, struct oracle_socket *seen, size_t room)
{
    pid_t pids[ORACLE_PROCESSES] = {pid};
    size_t processes = 1, before;
    do {
        before = processes;
        processes = add_children(pids, processes);
    } while (processes != before);
    size_t count = 0;
    for (size_t p = 0; p < processes; p++) {
        static struct oracle_socket own[16384];
        ssize_t found = oracle_process(pids[p], own, sizeof own / sizeof *own);
        if (found < 0 && p == 0)
            return -1;
        for (ssize_t i = 0; i < found && i < (ssize_t)(sizeof own / sizeof *own) && count < room; i++)
            if (!holds_inode(seen, count, own[i].inode))
                seen[count++] = own[i];
    }
    return (ssize_t)count;
}

int oracle_port(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)address)->sin_port);
    if (address->ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
    return 0;
}

static void print_address(FILE *out, const char *name, const struct sockaddr_storage *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (address->ss_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, sizeof text);
        fprintf(out, " %s=%s:%d", name, text, oracle_port(address));
    } else if (address->ss_family == AF_INET6) {
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text, sizeof text);
        fprintf(out, " %s=[%s]:%d", name, text, oracle_port(address));
    } else {
        fprintf(out, " %s=-", name);
    }
}

static void print_value(FILE *out, const char *name, int value)
{
    if (value == ORACLE_REFUSED)
        fprintf(out, " %s=-", name);
    else
        fprintf(out, " %s=%d", name, value);
}

void oracle_print(FILE *out, const struct oracle_socket *seen)
{
    fprintf(out, "pid=%d fd=%d domain=%d protocol=%d", (int)seen->pid, seen->fd, seen->domain, seen->protocol);
    print_address(out, "local", &seen->local);
    print_address(out, "peer", &seen->peer);
    print_value(out, "listening", seen->listening);
    print_value(out, "keepalive", seen->keepalive);
    print_value(out, "idle", seen->idle);
    print_value(out, "interval", seen->interval);
    print_value(out, "probes", seen->probes);
    print_value(out, "user_timeout", seen->user_timeout);
    print_value(out, "syncnt", seen->syncnt);
    print_value(out, "defer_accept", seen->defer_accept);
    print_value(out, "maxseg", seen->maxseg);
    print_value(out, "window_clamp", seen->window_clamp);
    fputc('\n', out);
}
