/*
 * Connects with an address in memory that another thread fills on demand, once that thread has made a connection of its own, and
 * twenty more have been made by a child that knows nothing of it (userfaultfd(2)). It says `unavailable`, or how idle each
 * connection may be.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in name = {.sin_family = AF_INET};
static int late;
static char *page;

static int connect_to(const void *address)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, address, sizeof name) != 0)
        exit(1);
    return fd;
}

static int idle_of(int fd)
{
    int value = -1;
    socklen_t length = sizeof value;
    getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &value, &length);
    return value;
}

static void let_others_connect(void)
{
    int status = 1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int reached = 0;
        for (int i = 0; i < 20; i++)
            reached += idle_of(connect_to(&name)) == 9;
        _exit(reached);
    }
    waitpid(child, &status, 0);
    printf("others: %d\n", WEXITSTATUS(status));
}

static void *fill(void *unused)
{
    static _Alignas(4096) char source[4096];
    struct uffd_msg message;
    if (read(late, &message, sizeof message) < 0)
        exit(1);
    printf("filler: %d\n", idle_of(connect_to(&name)));
    let_others_connect();
    memcpy(source, &name, sizeof name);
    struct uffdio_copy copy = {(uintptr_t)page, (uintptr_t)source, sizeof source, 0, 0};
    ioctl(late, UFFDIO_COPY, &copy);
    return unused;
}

static void listen_here(void)
{
    socklen_t length = sizeof name;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&name, length) != 0 || listen(listener, 64) != 0 ||
        getsockname(listener, (struct sockaddr *)&name, &length) != 0)
        exit(1);
}

int main(void)
{
    struct uffdio_api api = {.api = UFFD_API};
    struct uffdio_register missing = {.mode = UFFDIO_REGISTER_MODE_MISSING};
    pthread_t thread;
    late = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
    if (late < 0 || ioctl(late, UFFDIO_API, &api) != 0) {
        puts("unavailable");
        return 0;
    }
    listen_here();
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    missing.range = (struct uffdio_range){(uintptr_t)page, 4096};
    if (ioctl(late, UFFDIO_REGISTER, &missing) != 0 || pthread_create(&thread, NULL, fill, NULL) != 0)
        return 1;
    int fd = connect_to(page);
    pthread_join(thread, NULL);
    for (int i = 0; i < 1000 && idle_of(fd) != 9; i++)
        usleep(20000);
    printf("late: %d\n", idle_of(fd));
    return 0;
}
