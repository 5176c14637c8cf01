#include "preload/remote/deaths.h"
#include "core/listing_row.h"
#include "preload/apply.h"
#include "preload/facts.h"
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { EARLY_MS = 300 }; /* how far the kernel's ticks and ours may lie apart */

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Where it is said which one it is: in the bucket, or in the one before it there. */
static size_t *link_to(struct deaths *deaths, uint64_t inode)
{
    size_t *link = &deaths->bucket[inode % DEATHS_BUCKETS];
    while (*link && deaths->one[*link - 1].inode != inode)
        link = &deaths->one[*link - 1].next;
    return link;
}

static struct death *find(struct deaths *deaths, uint64_t inode)
{
    size_t at = *link_to(deaths, inode);
    return at ? &deaths->one[at - 1] : NULL;
}

static struct death *add(struct deaths *deaths, const struct descriptors_found *found)
{
    if (!deaths->one || deaths->count == deaths->room) {
        size_t room = deaths->room ? 2 * deaths->room : 16;
        struct death *more = realloc(deaths->one, room * sizeof *more);
        if (!more)
            return NULL;
        deaths->one = more;
        deaths->room = room;
    }
    size_t *bucket = &deaths->bucket[found->inode % DEATHS_BUCKETS];
    struct death *death = &deaths->one[deaths->count++];
    *death = (struct death){.inode = found->inode, .next = *bucket};
    *bucket = deaths->count;
    process_name(found->pid, death->program);
    return death;
}

/* The last one takes its place. */
static void forget(struct deaths *deaths, struct death *death)
{
    struct death *last = &deaths->one[deaths->count - 1];
    *link_to(deaths, death->inode) = death->next;
    if (last != death) {
        *link_to(deaths, last->inode) = (size_t)(death - deaths->one) + 1;
        *death = *last;
    }
    deaths->count--;
}

/*
 * When the kernel gives up (tcp(7)): after the user timeout where there is one, else after the last probe's interval.
 */
static bool read_limits(int fd, const struct tcp_info *info, struct death *death)
{
    struct socket_values values;
    if (!apply_read(fd, &values))
        return false;
    int32_t bound = values.value[SETTING_USER_TIMEOUT];
    death->last.by_bound = info->tcpi_retransmits > 0;
    death->last.unanswered = death->last.by_bound ? info->tcpi_retransmits : info->tcpi_probes;
    if (bound > 0) {
        death->due = death->silent_since + bound;
        return true;
    }
    death->due = death->silent_since + values.value[SETTING_IDLE] +
                 (long long)values.value[SETTING_INTERVAL] * values.value[SETTING_PROBES];
    death->limit = (uint32_t)values.value[SETTING_PROBES];
    return !death->last.by_bound && values.keepalive;
}

/*
 * Too early, or with too few questions unanswered, it was ended by somebody else: its program, or the peer after all.
 */
static void tell(const struct deaths *deaths, struct death *death)
{
    if (now_ms() < death->due - EARLY_MS || death->last.unanswered < death->limit)
        return;
    death->last.silence = now_ms() - death->silent_since;
    death->last.program = death->program;
    deaths->tell(&death->last);
}

/* Silent, and it may be the last that is seen of it. */
static void note(struct deaths *deaths, const struct descriptors_found *found, const struct tcp_info *info)
{
    struct facts facts;
    struct death now = {.silent_since = now_ms() - info->tcpi_last_ack_recv};
    if (!read_limits(found->fd, info, &now) || !facts_connected(found->fd, &facts))
        return;
    struct death *death = find(deaths, found->inode);
    death = death ? death : add(deaths, found);
    if (!death)
        return;
    death->last = now.last;
    death->last.pid = found->pid;
    death->last.fd = found->number;
    death->last.peer = facts.peer;
    death->last.port = facts.port;
    death->silent_since = now.silent_since;
    death->due = now.due;
    death->limit = now.limit;
    death->seen = true;
}

void deaths_look(struct deaths *deaths, const struct descriptors_found *found)
{
    struct tcp_info info;
    socklen_t length = sizeof info;
    struct death *known = find(deaths, found->inode);
    memset(&info, 0, sizeof info);
    if (getsockopt(found->fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
        return;
    bool closed = info.tcpi_state == LISTING_CLOSE,
         silent = info.tcpi_retransmits || (info.tcpi_probes && !info.tcpi_unacked);
    if (known && closed) {
        if (!known->last.by_bound && info.tcpi_probes > known->last.unanswered) /* since the last look */
            known->last.unanswered = info.tcpi_probes;
        tell(deaths, known);
    }
    if (known && (closed || !silent))
        forget(deaths, known);
    else if (known)
        known->seen = true;
    if (silent && !closed)
        note(deaths, found, &info);
}

void deaths_pass_over(struct deaths *deaths)
{
    for (size_t i = deaths->count; i-- > 0;) {
        struct death *death = &deaths->one[i];
        bool gone = !death->seen;
        death->seen = false;
        if (gone) {
            tell(deaths, death);
            forget(deaths, death);
        }
    }
}

void deaths_free(struct deaths *deaths)
{
    free(deaths->one);
    *deaths = (struct deaths){.tell = deaths->tell};
}
