/* Calls whose arguments lie where nothing can be read, or only their beginning can. */
#include "host.h"
#include <netinet/in.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef SYS_socketcall
#include <linux/net.h>
#endif

static char *page_end; /* of a page with nothing behind it */

/* The last bytes of the page become the beginning of what is there. */
static void *cut_off(const void *whole, size_t bytes)
{
    return memcpy(page_end - bytes, whole, bytes);
}

static void connect_by(int fd, const void *name, socklen_t length)
{
    CALL("connect", connect(fd, name, length));
    CALL("sendto", sendto(fd, "hello", 5, MSG_FASTOPEN, name, length));
    CALL("connect by number", syscall(SYS_connect, fd, name, length));
    CALL("sendto by number", syscall(SYS_sendto, fd, "hello", 5, MSG_FASTOPEN, name, length));
}

static void send_by(int fd, const void *message)
{
#ifdef __GLIBC__ /* musl's own functions look at the message before the kernel does */
    CALL("sendmsg", sendmsg(fd, message, MSG_FASTOPEN));
    CALL("sendmmsg", sendmmsg(fd, (struct mmsghdr *)message, 1, MSG_FASTOPEN));
#endif
    CALL("sendmsg by number", syscall(SYS_sendmsg, fd, message, MSG_FASTOPEN));
    CALL("sendmmsg by number", syscall(SYS_sendmmsg, fd, message, 1, MSG_FASTOPEN));
}

static void names(int fd, const struct probe_place *place)
{
    static const unsigned mapped[] = {1, 2, 4, 8, 12, 15, 16, 20, 23};
    connect_by(fd, NULL, place->size);
    connect_by(fd, page_end, place->size);
    connect_by(fd, (const void *)-1L, place->size);
    for (unsigned i = 0; i < sizeof mapped / sizeof *mapped; i++) {
        if (mapped[i] >= place->size)
            continue;
        connect_by(fd, cut_off(&place->address, mapped[i]), place->size);
        connect_by(fd, cut_off(&place->address, mapped[i]), 1u << 30);
    }
}

/* An address that was good once: what was seen of it then says nothing now. */
static void gone(const struct probe_place *place)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(page, &place->address, place->size);
    CALL("connect", connect(socket(place->domain, SOCK_STREAM, 0), page, place->size));
    munmap(page, 4096);
    CALL("connect", connect(socket(place->domain, SOCK_STREAM, 0), page, place->size));
}

static void messages(int fd, const struct probe_place *place)
{
    struct iovec data = {"hello", 5};
    struct mmsghdr many = {.msg_hdr = {.msg_namelen = place->size, .msg_iov = &data, .msg_iovlen = 1}};
    send_by(fd, NULL);
    send_by(fd, page_end);
    for (unsigned bytes = sizeof(void *); bytes < sizeof many.msg_hdr; bytes += sizeof(void *))
        send_by(fd, cut_off(&many, bytes));
    many.msg_hdr.msg_name = page_end;
    send_by(fd, &many);
    many.msg_hdr.msg_name = cut_off(&place->address, 4);
    send_by(fd, &many);
}

/* The arguments themselves, which some machines pass by a pointer: socketcall(2). */
static void arguments_of(int fd, const struct probe_place *place)
{
#ifdef SYS_socketcall
    long whole[] = {fd, (long)&place->address, (long)place->size};
    CALL("socketcall", syscall(SYS_socketcall, SYS_CONNECT, NULL));
    CALL("socketcall", syscall(SYS_socketcall, SYS_CONNECT, page_end));
    CALL("socketcall", syscall(SYS_socketcall, SYS_CONNECT, cut_off(whole, 2 * sizeof *whole)));
#else
    (void)fd;
    (void)place;
#endif
}

static void open_page(void)
{
    long page = sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || munmap(pages + page, (size_t)page) != 0)
        probe_wrong("memory");
    page_end = pages + page;
}

void host_pointers(char **arguments)
{
    struct probe_place place = probe_place(arguments[0]);
    open_page();
    probe_listener(&place);
    int fd = (int)CALL("socket", socket(place.domain, SOCK_STREAM, 0));
    names(fd, &place);
    gone(&place);
    messages(fd, &place);
    arguments_of(fd, &place);
    CALL("connect", connect(fd, cut_off(&place.address, place.size), place.size));
    probe_shows("client", fd);
}

static void start_with(void *environment)
{
    static char *const argv[] = {"host", "serve", NULL};
    pid_t child;
    CALL("execve", execve(host_self, argv, environment));
    CALL("execvpe", execvpe(host_self, argv, environment));
    CALL("execle", execle(host_self, "host", "serve", (char *)NULL, (char *const *)environment));
    CALL("posix_spawn", posix_spawn(&child, host_self, NULL, NULL, argv, environment));
}

/* Environments that nobody can read to their end. */
void host_environments(char **arguments)
{
    char *list[] = {"A=1", NULL, NULL}, *const endless[] = {"A=1", "B=2"};
    (void)arguments;
    open_page();
    start_with((void *)-1L);
    start_with(page_end);
    start_with(cut_off(endless, sizeof endless));
    list[1] = page_end;
    start_with(list);
    list[1] = (char *)1;
    start_with(list);
    list[1] = (char *)-1L;
    start_with(list);
    list[1] = cut_off("C=3", 3);
    start_with(list);
}
