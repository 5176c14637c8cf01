/* What the kernel answers about sockets, by a kernel that lies: a message is a row or an error, and none is made up. */
#include "fuzz.h"
#include <sys/socket.h>

static ssize_t fuzz_recv(int fd, void *into, size_t size, int flags);
static ssize_t fuzz_send(int fd, const void *from, size_t size, int flags);

#define recv fuzz_recv
#define send fuzz_send
#include "preload/remote/sock_diag.c" // NOLINT(bugprone-suspicious-include): its functions are its own
#undef recv
#undef send

static struct span answer[3]; /* those to come, the last one empty */
static unsigned answered;

static ssize_t fuzz_recv(int fd, void *into, size_t size, int flags)
{
    (void)fd, (void)flags;
    struct span next = answer[answered < 2 ? answered++ : 2];
    size_t length = next.length < size ? next.length : size;
    if (length)
        memcpy(into, next.at, length);
    return (ssize_t)length;
}

static ssize_t fuzz_send(int fd, const void *from, size_t size, int flags)
{
    (void)fd, (void)from, (void)flags;
    return (ssize_t)size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sock_diag dump;
    /* In two answers, the second cut at a place that the data chooses. */
    size_t first = size ? data[0] % size : 0;
    answer[0] = (struct span){(const char *)data, first ? first : size};
    answer[1] = (struct span){(const char *)data + first, first ? size - first : 0};
    answered = 0;
    int error = sock_diag_dump(0, &dump);
    PROPERTY(error >= 0);
    PROPERTY(dump.count <= size / NLMSG_LENGTH(sizeof(struct inet_diag_msg)));
    for (size_t i = 0; i < dump.count; i++)
        PROPERTY(sock_diag_find(&dump, dump.row[i].inode)->inode == dump.row[i].inode);
    sock_diag_free(&dump);
    return 0;
}
