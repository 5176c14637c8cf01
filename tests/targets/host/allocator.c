/*
 * An allocator that programs are preloaded with, as jemalloc is: when it is asked for the first time, most often long
 * before main, it makes system calls, through whoever stands in front of them. Whoever asks it for memory in there
 * waits for ever with jemalloc; here the program ends with a line.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ALIGNED = 16, RESERVED = 256 << 20 };

static char *room;
static size_t used;
static _Thread_local int starting __attribute__((tls_model("initial-exec")));

static void look_around(void)
{
    char text[256];
    long file = syscall(SYS_openat, AT_FDCWD, "/proc/sys/vm/overcommit_memory", O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        syscall(SYS_read, file, text, sizeof text);
        syscall(SYS_close, file);
    }
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
    listen(fd, 1);
    close(fd);
}

static void start(void)
{
    static const char line[] = "allocator: asked for memory while it starts\n";
    if (starting && write(2, line, sizeof line - 1))
        _exit(99);
    starting = 1;
    look_around();
    void *reserved = mmap(NULL, RESERVED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    char *nobody = NULL;
    if (reserved != MAP_FAILED &&
        !__atomic_compare_exchange_n(&room, &nobody, reserved, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        munmap(reserved, RESERVED); /* another thread was first */
    starting = 0;
}

static void *take(size_t alignment, size_t size)
{
    if (!__atomic_load_n(&room, __ATOMIC_ACQUIRE))
        start();
    size_t whole = size + alignment + ALIGNED, at = __atomic_fetch_add(&used, whole, __ATOMIC_RELAXED);
    if (!room || size > RESERVED || at > RESERVED - whole) {
        errno = ENOMEM;
        return NULL;
    }
    uintptr_t begin = ((uintptr_t)room + at + ALIGNED + alignment - 1) & -alignment;
    ((size_t *)begin)[-1] = size; /* NOLINT(performance-no-int-to-ptr) */
    return (void *)begin;         /* NOLINT(performance-no-int-to-ptr) */
}

void *malloc(size_t size)
{
    return take(ALIGNED, size);
}

void free(void *block)
{
    (void)block;
}

void *calloc(size_t count, size_t size)
{
    return take(ALIGNED, count * size); /* fresh from the kernel */
}

void *realloc(void *block, size_t size)
{
    void *more = take(ALIGNED, size);
    size_t before = block ? ((size_t *)block)[-1] : 0;
    if (more && block)
        memcpy(more, block, before < size ? before : size);
    return more;
}

void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size)
{
    return take(alignment < ALIGNED ? ALIGNED : alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    *block = memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}
