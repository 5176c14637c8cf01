#include "preload/opened.h"
#include "core/listing_row.h"
#include "preload/raw.h"
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { TRIES = 4 };

static bool ask(int fd, struct tcp_info *info)
{
    socklen_t length = sizeof *info;
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length) == 0 &&
           length >= offsetof(struct tcp_info, tcpi_bytes_retrans) + sizeof info->tcpi_bytes_retrans;
}

/* What is sent and not acknowledged yet: all that waits but what was not sent. */
static bool ask_in_flight(int fd, int *bytes)
{
    int waiting, unsent;
    if (RAW(ioctl, fd, SIOCOUTQ, &waiting, 0, 0) != 0 || RAW(ioctl, fd, SIOCOUTQNSD, &unsent, 0, 0) != 0)
        return false;
    *bytes = waiting - unsent;
    return true;
}

static bool same(const struct tcp_info *one, const struct tcp_info *other)
{
    return one->tcpi_bytes_acked == other->tcpi_bytes_acked && one->tcpi_bytes_sent == other->tcpi_bytes_sent &&
           one->tcpi_bytes_retrans == other->tcpi_bytes_retrans && one->tcpi_state == other->tcpi_state;
}

enum opened opened_by(int fd)
{
    struct tcp_info info, again;
    int in_flight = 0;
    bool quiet = false;
    if (!ask(fd, &info))
        return OPENED_UNKNOWN;
    for (int i = 0; !quiet && i < TRIES; i++) { /* until nothing moved between the questions */
        if (!ask_in_flight(fd, &in_flight) || !ask(fd, &again))
            return OPENED_UNKNOWN;
        quiet = same(&info, &again);
        info = again;
    }
    if (info.tcpi_state == LISTING_SYN_SENT)
        return OPENED_BY_CONNECT;
    bool finished = info.tcpi_state == LISTING_FIN_WAIT2; /* a FIN counts like a SYN */
    if (!quiet || (info.tcpi_state != LISTING_ESTABLISHED && info.tcpi_state != LISTING_CLOSE_WAIT && !finished))
        return OPENED_UNKNOWN;
    long long more =
        (long long)(info.tcpi_bytes_acked + info.tcpi_bytes_retrans - info.tcpi_bytes_sent) + in_flight - finished;
    return more == 1 ? OPENED_BY_CONNECT : more == 0 ? OPENED_BY_ACCEPT : OPENED_UNKNOWN;
}
