#include "preload/remote/rows.h"
#include "preload/apply.h"
#include "preload/facts.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

struct gathering {
    struct rows *rows;
    uint16_t port;
    int error;
    char program[PROCESS_NAME_SIZE];
};

static bool read_name(int fd, int (*call)(int, struct sockaddr *, socklen_t *), struct address *address, uint16_t *port)
{
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    return call(fd, (struct sockaddr *)&name, &length) == 0 &&
           facts_from_sockaddr((struct sockaddr *)&name, length, address, port);
}

/* The state is TCP_INFO's first byte. An MPTCP socket may have none to tell: then what else it says is taken.
 */
static unsigned char read_state(int fd, bool has_peer)
{
    unsigned char state;
    socklen_t length = sizeof state;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &state, &length) == 0 && length == sizeof state)
        return state;
    int listens = 0;
    length = sizeof listens;
    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length);
    return listens ? TCP_LISTEN : has_peer ? TCP_ESTABLISHED : TCP_CLOSE;
}

bool row_read(int fd, struct row *row)
{
    struct stat status;
    if (!facts_is_tcp(fd) || !apply_read(fd, &row->values))
        return false;
    row->has_local = read_name(fd, getsockname, &row->local, &row->local_port);
    row->has_peer = read_name(fd, getpeername, &row->peer, &row->peer_port);
    row->state = read_state(fd, row->has_peer);
    row->inode = fstat(fd, &status) == 0 ? status.st_ino : 0;
    return true;
}

const char *row_state(const struct row *row)
{
    static const char *const names[] = {
        [TCP_ESTABLISHED] = "ESTAB",    [TCP_SYN_SENT] = "SYN-SENT",     [TCP_SYN_RECV] = "SYN-RECV",
        [TCP_FIN_WAIT1] = "FIN-WAIT-1", [TCP_FIN_WAIT2] = "FIN-WAIT-2",  [TCP_TIME_WAIT] = "TIME-WAIT",
        [TCP_CLOSE] = "UNCONN",         [TCP_CLOSE_WAIT] = "CLOSE-WAIT", [TCP_LAST_ACK] = "LAST-ACK",
        [TCP_LISTEN] = "LISTEN",        [TCP_CLOSING] = "CLOSING",
    };
    const char *name = row->state < sizeof names / sizeof names[0] ? names[row->state] : NULL;
    return name ? name : "UNKNOWN";
}

bool row_listens(const struct row *row)
{
    return row->state == TCP_LISTEN;
}

static void write_end(struct text *text, bool known, const struct address *address, uint16_t port)
{
    if (!known) {
        text_add(text, "*:*");
        return;
    }
    address_write(text, address);
    text_add_char(text, ':');
    if (port)
        text_add_number(text, port);
    else
        text_add_char(text, '*');
}

void row_write_local(struct text *text, const struct row *row)
{
    write_end(text, row->has_local, &row->local, row->local_port);
}

void row_write_peer(struct text *text, const struct row *row)
{
    write_end(text, row->has_peer, &row->peer, row->peer_port);
}

static bool make_room(struct rows *rows)
{
    if (rows->count < rows->room)
        return true;
    size_t room = rows->room ? 2 * rows->room : 256;
    struct row *more = realloc(rows->row, room * sizeof *more);
    if (!more)
        return false;
    rows->row = more;
    rows->room = room;
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
    struct row *row = &rows->row[rows->count];
    memset(row, 0, sizeof *row);
    if (!row_read(found->fd, row))
        return;
    uint16_t port = gathering->port;
    if (port && port != row->local_port && port != row->peer_port)
        return;
    row->pid = found->pid;
    row->number = found->number;
    if (!gathering->program[0])
        process_name(found->pid, gathering->program);
    memcpy(row->program, gathering->program, sizeof row->program);
    rows->count++;
}

int rows_gather(struct rows *rows, pid_t pid, uint16_t port, bool anyway)
{
    struct gathering gathering = {.rows = rows, .port = port};
    int error =
        descriptors_search(pid, &(struct descriptors_search){.visit = gather, .context = &gathering, .anyway = anyway});
    return gathering.error ? gathering.error : error;
}

void rows_free(struct rows *rows)
{
    free(rows->row);
    *rows = (struct rows){0};
}
