#include "preload/measure/clients.h"
#include "core/duration.h"
#include "preload/measure/look.h"
#include "preload/measure/measure.h"
#include "preload/measure/start.h"
#include "preload/remote/descriptors.h"
#include "preload/remote/process.h"
#include "preload/remote/rows.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A program may try a connection and make another (psql without TLS): one that is lost at once is not taken for its
 * own. One that has none after half a minute will not have one.
 */
enum { CLIENTS_MAX = 24, HASTY_MS = 2000, CONNECTS_WITHIN_MS = 30000 };

static struct client {
    struct started program;
    bool runs;
    int fd; /* a duplicate of its connection, or -1 */
    unsigned long inode;
    int64_t started;
    struct look look;
} clients[CLIENTS_MAX];

/* What those that ended by themselves wrote: kept until the end. */
enum { ENDED_MAX = 8 };
static struct ended {
    int status, output;
    int32_t silence;
} ended[ENDED_MAX];
static size_t ended_count;
static bool several;

struct search {
    uint16_t port;
    unsigned found;
    int fd;
    unsigned long inode, wanted; /* 0: any */
};

/* Between fork and exec a client has duplicates of what we hold of others. */
static bool is_anothers(unsigned long inode, unsigned long wanted)
{
    for (size_t at = 0; at < CLIENTS_MAX; at++)
        if (clients[at].fd >= 0 && clients[at].inode == inode)
            return inode != wanted;
    return false;
}

static void visit(void *context, const struct descriptors_found *found)
{
    struct search *search = context;
    struct listing_row row;
    if (!row_read(found->fd, &row) || row.state == LISTING_LISTEN || row.peer.kind != LISTING_NAMED ||
        row.inode == search->inode)
        return;
    if ((search->port && row.peer.port != search->port) || (search->wanted && row.inode != search->wanted))
        return;
    if (is_anothers(row.inode, search->wanted))
        return;
    search->found++;
    if (search->fd >= 0)
        return;
    search->fd = fcntl(found->fd, F_DUPFD_CLOEXEC, 0);
    search->inode = row.inode;
}

/* The connection of the program or what it started. -1 when there is none, or more than one and no port to tell. */
static int find(const struct client *client, uint16_t port, unsigned long wanted, unsigned long *inode)
{
    struct process_list tree = {0};
    struct search search = {.port = port, .fd = -1, .wanted = wanted};
    if (process_list_add(&tree, client->program.pid) && process_list_descendants(&tree))
        for (size_t i = 0; i < tree.count; i++)
            descriptors_each(tree.pid[i], visit, &search);
    process_list_free(&tree);
    *inode = search.inode;
    several = several || (!port && search.found > 1);
    if (search.fd >= 0 && !port && search.found > 1) {
        close(search.fd);
        return -1;
    }
    return search.fd;
}

static bool still_has(const struct client *client)
{
    unsigned long inode;
    int fd = find(client, 0, client->inode, &inode);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static void let_go(struct client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
}

static int open_client(struct measure *measure, struct trial *trial, size_t at)
{
    struct client *client = &clients[at];
    *client = (struct client){.fd = -1, .started = look_now()};
    int error = start_program(&client->program, measure->program, trial->silence);
    client->runs = error == 0;
    return error;
}

static void name_peer(struct measure *measure, int fd)
{
    struct listing_row row;
    struct text text = text_in(measure->peer.written, sizeof measure->peer.written);
    if (!*measure->peer.written && row_read(fd, &row))
        listing_write_end(&text, &row.peer);
}

/* Our values are on it, by the library or, where that came too late, by our own hand; else it says nothing. */
static void take(struct measure *measure, struct client *client, const struct trial *trial)
{
    client->look = (struct look){0};
    name_peer(measure, client->fd);
    if (!look_is_prepared(client->fd, trial->silence) && look_prepare(client->fd, trial->silence) != 0)
        let_go(client);
}

static void look_at_connection(struct client *client, struct trial *trial)
{
    struct trial seen = *trial;
    enum look_state state = look_at(&client->look, client->fd, &seen);
    bool hasty = state == LOOK_LOST && seen.unprobed && look_now() - client->started < HASTY_MS;
    bool left = seen.outcome == TRIAL_HELD && trial->outcome == TRIAL_WAITS && !still_has(client);
    if (state == LOOK_GONE || hasty || left)
        let_go(client);
    else
        *trial = seen;
}

static void keep_output(struct client *client, int32_t silence, int status)
{
    if (ended_count < ENDED_MAX)
        ended[ended_count++] = (struct ended){status, client->program.output, silence};
    else
        close(client->program.output);
    client->program.output = -1;
}

static void see_end(struct client *client, struct trial *trial)
{
    int status;
    if (!client->runs || waitpid(client->program.pid, &status, WNOHANG) != client->program.pid)
        return;
    client->runs = false;
    let_go(client);
    if (trial->outcome != TRIAL_WAITS)
        return;
    trial->outcome = TRIAL_REFUSED;
    keep_output(client, trial->silence, status);
}

static void look_client(struct measure *measure, struct trial *trial, size_t at)
{
    struct client *client = &clients[at];
    if (!client->runs)
        return;
    if (client->fd < 0 && trial->outcome == TRIAL_WAITS) {
        client->fd = find(client, measure->port, 0, &client->inode);
        if (client->fd >= 0)
            take(measure, client, trial);
        else if (look_now() - client->started > CONNECTS_WITHIN_MS)
            trial->outcome = TRIAL_REFUSED;
    }
    if (client->fd >= 0)
        look_at_connection(client, trial);
    see_end(client, trial);
}

static void close_clients(struct measure *measure)
{
    struct started running[CLIENTS_MAX];
    size_t count = 0;
    (void)measure;
    for (size_t at = 0; at < CLIENTS_MAX; at++) {
        if (clients[at].runs) {
            let_go(&clients[at]);
            running[count++] = clients[at].program;
        } else if (clients[at].program.pid && clients[at].program.output >= 0) {
            close(clients[at].program.output);
        }
        clients[at] = (struct client){.fd = -1};
    }
    start_end(running, count);
}

static void show(const struct ended *one, text_say *say)
{
    char bytes[1024], silence[32], line[64];
    struct text text = text_in(silence, sizeof silence);
    ssize_t count = pread(one->output, bytes, sizeof bytes - 1, 0);
    duration_write(&text, one->silence);
    if (WIFSIGNALED(one->status))
        snprintf(line, sizeof line, "ended by itself, signal %d", WTERMSIG(one->status));
    else
        snprintf(line, sizeof line, "ended by itself with status %d", WEXITSTATUS(one->status));
    say("the program for", silence, line);
    if (count > 0 && write(STDERR_FILENO, bytes, (size_t)count) == count && bytes[count - 1] != '\n')
        say("output", NULL, "goes on");
}

static bool same_words(const struct ended *one, const struct ended *other)
{
    char a[1024], b[1024];
    ssize_t count = pread(one->output, a, sizeof a, 0);
    return one->status == other->status && pread(other->output, b, sizeof b, 0) == count &&
           (count <= 0 || memcmp(a, b, (size_t)count) == 0);
}

void clients_show_ended(text_say *say)
{
    for (size_t i = 0; i < ended_count; i++) {
        bool told = false;
        for (size_t j = 0; j < i; j++)
            told = told || same_words(&ended[i], &ended[j]);
        if (!told)
            show(&ended[i], say);
    }
    if (several)
        say("measure", NULL, "the program has several connections; say which by --port");
}

const struct measure_way measure_clients = {200, open_client, look_client, close_clients};
