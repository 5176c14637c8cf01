#include "preload/remote/sock_diag.h"
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_SIZE = 1 << 16, ALL_STATES = 0xfff };

/* idiag_timer of sock_diag(7); 3 is TIME-WAIT's. */
static enum listing_timer timer_of(unsigned kernels)
{
    return kernels == 1   ? LISTING_TIMER_RESEND
           : kernels == 2 ? LISTING_TIMER_PROBE
           : kernels == 4 ? LISTING_TIMER_WINDOW
                          : LISTING_TIMER_NONE;
}

static struct listing_end end_of(int family, const uint32_t address[4], uint16_t port)
{
    const uint8_t *bytes = (const uint8_t *)address;
    return (struct listing_end){LISTING_NAMED, ntohs(port), family == AF_INET ? address_v4(bytes) : address_v6(bytes)};
}

static void fill(struct listing_row *row, const struct inet_diag_msg *message)
{
    memset(row, 0, sizeof *row);
    row->pid = row->number = LISTING_NOBODY;
    row->inode = message->idiag_inode;
    row->state = message->idiag_state;
    row->local = end_of(message->idiag_family, message->id.idiag_src, message->id.idiag_sport);
    if (message->id.idiag_dport)
        row->peer = end_of(message->idiag_family, message->id.idiag_dst, message->id.idiag_dport);
    row->timer = timer_of(message->idiag_timer);
    row->timer_ms = message->idiag_expires;
    row->unanswered = message->idiag_retrans;
    row->unacknowledged =
        row->state == LISTING_LISTEN ? 0 : message->idiag_wqueue; /* a listener's is its queue's length */
}

static struct listing_row *next_row(struct sock_diag *dump)
{
    if (dump->count == dump->room) {
        size_t room = dump->room ? 2 * dump->room : 256;
        struct listing_row *more = realloc(dump->row, room * sizeof *more);
        if (!more)
            return NULL;
        dump->row = more;
        dump->room = room;
    }
    return &dump->row[dump->count++];
}

static int refusal(const struct nlmsghdr *header)
{
    const struct nlmsgerr *message = NLMSG_DATA(header);
    bool whole = header->nlmsg_len >= NLMSG_LENGTH(sizeof message->error);
    return whole && message->error < 0 && message->error != INT_MIN ? -message->error : EBADMSG;
}

/* 0 to go on, -1 at the end, or an errno. */
static int take(struct sock_diag *dump, const struct nlmsghdr *header)
{
    if (header->nlmsg_type == NLMSG_DONE)
        return -1;
    if (header->nlmsg_type == NLMSG_ERROR)
        return refusal(header);
    const struct inet_diag_msg *message = NLMSG_DATA(header);
    if (header->nlmsg_len < NLMSG_LENGTH(sizeof *message))
        return EBADMSG;
    if (message->idiag_inode == 0)
        return 0;
    struct listing_row *row = next_row(dump);
    if (!row)
        return ENOMEM;
    fill(row, message);
    return 0;
}

static int receive(int netlink, struct sock_diag *dump)
{
    static _Alignas(struct nlmsghdr) char buffer[BUFFER_SIZE];
    for (int result = 0;;) {
        ssize_t length = recv(netlink, buffer, sizeof buffer, 0);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return length ? errno : EIO;
        unsigned rest = (unsigned)length;
        for (struct nlmsghdr *at = (void *)buffer; result == 0 && NLMSG_OK(at, rest); at = NLMSG_NEXT(at, rest)) {
            result = take(dump, at);
            if (NLMSG_ALIGN(at->nlmsg_len) > rest)
                break;
        }
        if (result != 0)
            return result < 0 ? 0 : result;
    }
}

/* The older of the two requests: it alone lists both families in one walk through the kernel's tables. */
static int ask(int netlink)
{
    const unsigned unheld = 1u << LISTING_TIME_WAIT | 1u << LISTING_SYN_RECV;
    struct {
        struct nlmsghdr header;
        struct inet_diag_req request;
    } ask = {
        {.nlmsg_len = sizeof ask, .nlmsg_type = TCPDIAG_GETSOCK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        {.idiag_family = AF_INET, .idiag_states = ALL_STATES & ~unheld},
    };
    return send(netlink, &ask, sizeof ask, 0) == sizeof ask ? 0 : errno;
}

/* The place of this inode's row, or the free one where it would be. */
static uint32_t *place_of(const struct sock_diag *dump, uint64_t inode)
{
    size_t at = (size_t)(inode * 0x9e3779b97f4a7c15u >> 32) & (dump->places - 1); /* neighbours lie apart */
    while (dump->place[at] && dump->row[dump->place[at] - 1].inode != inode)
        at = (at + 1) & (dump->places - 1);
    return &dump->place[at];
}

/* At most half of the places are taken. */
static int note_places(struct sock_diag *dump)
{
    for (dump->places = 16; dump->places < 2 * dump->count; dump->places *= 2)
        ;
    dump->place = calloc(dump->places, sizeof *dump->place);
    if (!dump->place)
        return ENOMEM;
    for (size_t i = 0; i < dump->count; i++)
        *place_of(dump, dump->row[i].inode) = (uint32_t)i + 1;
    return 0;
}

int sock_diag_dump(int netlink, struct sock_diag *dump)
{
    *dump = (struct sock_diag){0};
    int error = ask(netlink);
    if (!error)
        error = receive(netlink, dump);
    int noted = note_places(dump);
    return error ? error : noted;
}

const struct listing_row *sock_diag_find(const struct sock_diag *dump, uint64_t inode)
{
    uint32_t at = dump->place ? *place_of(dump, inode) : 0;
    return at ? &dump->row[at - 1] : NULL;
}

void sock_diag_free(struct sock_diag *dump)
{
    free(dump->row);
    free(dump->place);
    *dump = (struct sock_diag){0};
}
