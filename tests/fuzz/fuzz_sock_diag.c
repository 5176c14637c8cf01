/* What the kernel answers about sockets, by a kernel that lies: a message is a row or an error, and none is made up. */
#include "fuzz.h"
#include "preload/remote/sock_diag.h"
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sock_diag dump;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return 0;
    /* In two answers, the second cut at a place that the data chooses. */
    size_t first = size ? data[0] % size : 0;
    if (first)
        send(ends[1], data, first, 0);
    send(ends[1], data + first, size - first, 0);
    shutdown(ends[1], SHUT_WR);
    int error = sock_diag_dump(ends[0], &dump);
    PROPERTY(error >= 0);
    PROPERTY(dump.count <= size / NLMSG_LENGTH(sizeof(struct inet_diag_msg)));
    for (size_t i = 0; i < dump.count; i++)
        PROPERTY(sock_diag_find(&dump, dump.row[i].inode)->inode == dump.row[i].inode);
    sock_diag_free(&dump);
    close(ends[0]);
    close(ends[1]);
    return 0;
}
