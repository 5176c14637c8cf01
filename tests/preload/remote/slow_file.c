#include "slow_file.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct shared {
    atomic_int closes, withheld;
} * shared;
static pid_t server;

static void answer(int device, uint64_t unique, int error, const void *body, size_t length)
{
    struct fuse_out_header header = {.len = (uint32_t)(sizeof header + length), .error = -error, .unique = unique};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)body, length}};
    ssize_t ignored = writev(device, parts, 2);
    (void)ignored;
}

static void serve_one(int device, const struct fuse_in_header *in)
{
    const struct fuse_init_out init = {
        .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_write = 4096};
    const struct fuse_attr_out about = {.attr = {.ino = 1, .mode = S_IFREG | 0666, .nlink = 1}};
    const struct fuse_open_out opened = {0};
    if (in->opcode == FUSE_INIT)
        return answer(device, in->unique, 0, &init, sizeof init);
    if (in->opcode == FUSE_GETATTR)
        return answer(device, in->unique, 0, &about, sizeof about);
    if (in->opcode == FUSE_OPEN)
        return answer(device, in->unique, 0, &opened, sizeof opened);
    if (in->opcode == FUSE_FLUSH) {
        atomic_fetch_add(&shared->closes, 1);
        while (atomic_load(&shared->withheld))
            poll(NULL, 0, 20);
    }
    if (in->opcode != FUSE_FORGET)
        answer(device, in->unique, in->opcode == FUSE_FLUSH || in->opcode == FUSE_RELEASE ? 0 : ENOSYS, NULL, 0);
}

static _Noreturn void serve(int device)
{
    static _Alignas(struct fuse_in_header) char request[1 << 16];
    while (read(device, request, sizeof request) > 0)
        serve_one(device, (struct fuse_in_header *)(void *)request);
    _exit(0);
}

/* The mounted file itself is the root of its file system: no folder, no names. */
static int mount_file(int device, const char *path)
{
    char options[128];
    int fd = open(path, O_CREAT | O_CLOEXEC | O_WRONLY, 0644);
    if (fd < 0 || close(fd) != 0)
        return -1;
    snprintf(options, sizeof options, "fd=%d,rootmode=100666,user_id=0,group_id=0", device);
    return mount("tcpalive-test", path, "fuse", MS_NOSUID | MS_NODEV, options);
}

int slow_file_open(void)
{
    const char *path = place_path("slow");
    int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (device < 0 || shared == MAP_FAILED || unshare(CLONE_NEWNS) != 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount_file(device, path) != 0)
        return -1;
    server = fork();
    if (server == 0)
        serve(device);
    close(device);
    return open(path, O_RDWR | O_CLOEXEC);
}

int slow_file_closes(void)
{
    return atomic_load(&shared->closes);
}

void slow_file_forget(void)
{
    atomic_store(&shared->closes, 0);
}

void slow_file_answers(int at_once)
{
    if (server > 0)
        atomic_store(&shared->withheld, !at_once);
}

void slow_file_end(void)
{
    if (server <= 0)
        return;
    umount2(place_path("slow"), MNT_DETACH);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    server = 0;
}
