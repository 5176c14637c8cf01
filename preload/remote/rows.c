#include "preload/remote/rows.h"
#include "preload/apply.h"
#include "preload/facts.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

struct gathering {
    struct rows *rows;
    struct networks *networks;
    const struct rows_wanted *wanted;
    const struct network *network;    /* the process's; NULL: not known */
    const struct listing_row *listed; /* what the kernel's list says of the socket at hand; NULL: it is not there */
    int error;
    char program[PROCESS_NAME_SIZE];
};

static struct listing_end read_end(int fd, int (*call)(int, struct sockaddr *, socklen_t *))
{
    struct sockaddr_storage name;
    struct listing_end end = {.kind = LISTING_ANY};
    socklen_t length = sizeof name;
    if (call(fd, (struct sockaddr *)&name, &length) == 0 &&
        facts_from_sockaddr((struct sockaddr *)&name, length, &end.address, &end.port))
        end.kind = LISTING_NAMED;
    return end;
}

/* The state is TCP_INFO's first byte. An MPTCP socket may have none to tell: then what else it says is taken. */
static unsigned char read_state(int fd, bool has_peer)
{
    unsigned char state;
    socklen_t length = sizeof state;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &state, &length) == 0 && length == sizeof state)
        return state;
    int listens = 0;
    length = sizeof listens;
    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length);
    return listens ? LISTING_LISTEN : has_peer ? LISTING_ESTABLISHED : LISTING_CLOSE;
}

bool row_read(int fd, struct listing_row *row)
{
    struct stat status;
    memset(row, 0, sizeof *row);
    row->pid = row->number = LISTING_NOBODY;
    if (!facts_is_tcp(fd) || !apply_read(fd, &row->values))
        return false;
    row->told = LISTING_ALL_TOLD;
    row->local = read_end(fd, getsockname);
    row->peer = read_end(fd, getpeername);
    row->state = read_state(fd, row->peer.kind == LISTING_NAMED);
    row->inode = fstat(fd, &status) == 0 ? status.st_ino : 0;
    if (row->state == LISTING_CLOSE || row->state == LISTING_LISTEN)
        row->timer = LISTING_TIMER_NONE;
    return true;
}

bool row_is_on(const struct listing_row *row, const struct ports *ports)
{
    return ports_has(ports, row->local.port) || ports_has(ports, row->peer.port);
}

static bool make_room(struct rows *rows)
{
    if (rows->count < rows->room)
        return true;
    size_t room = rows->room ? 2 * rows->room : 256;
    struct listing_row *more = realloc(rows->row, room * sizeof *more);
    if (!more)
        return false;
    rows->row = more;
    rows->room = room;
    return true;
}

/* Also asked of what the list does not have: that may be a TCP socket that it does not show. */
static bool wants(void *context, uint64_t inode)
{
    struct gathering *gathering = context;
    gathering->listed = gathering->network ? sock_diag_find(&gathering->network->dump, inode) : NULL;
    return !gathering->listed || row_is_on(gathering->listed, &gathering->wanted->ports);
}

/* A socket keeps the namespace in which it was made, whatever its process enters later. */
static bool read_unlisted(struct gathering *gathering, int fd, struct listing_row *row)
{
    if (!row_read(fd, row))
        return false;
    const struct network *network = networks_of_socket(gathering->networks, fd);
    network = network ? network : gathering->network;
    const struct listing_row *listed = network ? sock_diag_find(&network->dump, row->inode) : NULL;
    if (listed) {
        row->timer = listed->timer;
        row->timer_ms = listed->timer_ms;
        row->unanswered = listed->unanswered;
        row->unacknowledged = listed->unacknowledged;
    }
    row->netns = network ? network->number : 0;
    return true;
}

static bool read_listed(const struct listing_row *listed, int fd, struct listing_row *row)
{
    *row = *listed;
    row->told = apply_read(fd, &row->values) ? LISTING_ALL_TOLD : LISTING_NOTHING_TOLD;
    return true;
}

static void gather(void *context, const struct descriptors_found *found)
{
    struct gathering *gathering = context;
    struct rows *rows = gathering->rows;
    if (!make_room(rows)) {
        gathering->error = ENOMEM;
        return;
    }
    struct listing_row *row = &rows->row[rows->count];
    bool is_tcp =
        gathering->listed ? read_listed(gathering->listed, found->fd, row) : read_unlisted(gathering, found->fd, row);
    if (!is_tcp || !row_is_on(row, &gathering->wanted->ports))
        return;
    row->pid = found->pid;
    row->number = found->number;
    if (!gathering->program[0])
        process_name(found->pid, gathering->program);
    memcpy(row->program, gathering->program, sizeof gathering->program);
    rows->count++;
}

int rows_gather(struct rows *rows, struct networks *networks, pid_t pid, const struct rows_wanted *wanted)
{
    if (wanted->programs && !process_admitted(pid, wanted->programs))
        return DESCRIPTORS_NOT_MEANT;
    struct gathering gathering = {
        .rows = rows, .networks = networks, .wanted = wanted, .network = networks_of_process(networks, pid)};
    const struct descriptors_search search = {.visit = gather,
                                              .wanted = wants,
                                              .context = &gathering,
                                              .anyway = wanted->anyway,
                                              .programs = {wanted->programs}};
    int error = descriptors_search(pid, &search);
    return gathering.error ? gathering.error : error;
}

static int by_inode(const void *one, const void *other)
{
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

void rows_gather_others(struct rows *rows, struct networks *networks, const struct rows_wanted *wanted)
{
    const struct network *own = networks_own(networks);
    size_t known = rows->count;
    uint64_t *inode = calloc(known + 1, sizeof *inode);
    for (size_t i = 0; inode && i < known; i++)
        inode[i] = rows->row[i].inode;
    if (inode)
        qsort(inode, known, sizeof *inode, by_inode);
    for (size_t i = 0; inode && own && i < own->dump.count; i++) {
        const struct listing_row *listed = &own->dump.row[i];
        if (!row_is_on(listed, &wanted->ports) || bsearch(&listed->inode, inode, known, sizeof *inode, by_inode))
            continue;
        if (make_room(rows))
            rows->row[rows->count++] = *listed;
    }
    free(inode);
}

void rows_free(struct rows *rows)
{
    free(rows->row);
    *rows = (struct rows){0};
}
