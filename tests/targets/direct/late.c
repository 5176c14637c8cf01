/*
 * Connects with an address in memory that another thread fills on demand, once that thread has made a connection of its
 * own, and twenty more have been made by a child that knows nothing of it (userfaultfd(2)). It says `unavailable`, or
 * how idle each connection may be. `late hostile` never stops connecting with an address on a page that comes and goes
 * and is filled by nobody who waits for it, on sockets that are closed meanwhile and linger, and says `ready` first.
 * `late file` connects once, with an address in a file beside the program of which no page has been touched.
 */
#include <fcntl.h>
#include <linux/magic.h>
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
#include <sys/vfs.h>
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

static void *come_and_go(void *unused)
{
    static _Alignas(4096) char source[4096];
    memcpy(source, &name, sizeof name);
    for (;;) {
        struct uffdio_copy copy = {(uintptr_t)page, (uintptr_t)source, sizeof source, 0, 0};
        ioctl(late, UFFDIO_COPY, &copy);
        for (volatile int i = 0; i < 2000; i++)
            ;
        madvise(page, 4096, MADV_DONTNEED);
    }
    return unused;
}

static void *connect_for_ever(void *shared)
{
    const struct linger slowly = {1, 60};
    int *fd = shared;
    for (;;) {
        int other = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        setsockopt(other, SOL_SOCKET, SO_LINGER, &slowly, sizeof slowly);
        int before = __atomic_exchange_n(fd, other, __ATOMIC_RELAXED);
        connect(other, (struct sockaddr *)(void *)page, sizeof name);
        close(before);
    }
    return NULL;
}

static void be_hostile(void)
{
    static int fd = -1;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, i ? connect_for_ever : come_and_go, &fd);
    puts("ready");
    fflush(stdout);
    pthread_join(threads[0], NULL);
}

static void connect_by_file(const char *program)
{
    char path[4096];
    struct statfs system;
    snprintf(path, sizeof path, "%s-%d", program, (int)getpid());
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    unlink(path);
    if (write(file, &name, sizeof name) != sizeof name || fstatfs(file, &system) != 0)
        exit(1);
    if (system.f_type == TMPFS_MAGIC)
        puts("unavailable");
    else
        printf("file: %d\n", idle_of(connect_to(mmap(NULL, sizeof name, PROT_READ, MAP_PRIVATE, file, 0))));
}

int main(int argc, char **argv)
{
    struct uffdio_api api = {.api = UFFD_API};
    struct uffdio_register missing = {.mode = UFFDIO_REGISTER_MODE_MISSING};
    pthread_t thread;
    if (argc > 1 && strcmp(argv[1], "file") == 0) {
        listen_here();
        connect_by_file(argv[0]);
        return 0;
    }
    late = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
    if (late < 0 || ioctl(late, UFFDIO_API, &api) != 0) {
        puts("unavailable");
        return 0;
    }
    listen_here();
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    missing.range = (struct uffdio_range){(uintptr_t)page, 4096};
    if (ioctl(late, UFFDIO_REGISTER, &missing) != 0)
        return 1;
    if (argc > 1 && strcmp(argv[1], "hostile") == 0)
        be_hostile();
    if (pthread_create(&thread, NULL, fill, NULL) != 0)
        return 1;
    int fd = connect_to(page);
    pthread_join(thread, NULL);
    for (int i = 0; i < 1000 && idle_of(fd) != 9; i++)
        usleep(20000);
    printf("late: %d\n", idle_of(fd));
    return 0;
}
