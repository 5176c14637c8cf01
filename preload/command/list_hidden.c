#include "preload/command/list_hidden.h"
#include "preload/command/say.h"
#include <stdio.h>
#include <stdlib.h>

static int by_inode(const void *one, const void *other)
{
    unsigned long a = *(const unsigned long *)one, b = *(const unsigned long *)other;
    return (a > b) - (a < b);
}

/* Inode 0: no process holds it (TIME-WAIT, or not accepted yet). */
static unsigned count_other(const char *path, uint16_t port, const unsigned long *seen, size_t count)
{
    char line[512];
    unsigned long inode;
    unsigned local, peer, other = 0;
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, " %*d: %*[^:]:%x %*[^:]:%x %*s %*s %*s %*s %*d %*d %lu", &local, &peer, &inode) == 3 &&
            inode && (!port || port == local || port == peer) &&
            (!count || !bsearch(&inode, seen, count, sizeof inode, by_inode)))
            other++;
    if (file)
        fclose(file);
    return other;
}

void list_hidden_say(unsigned processes, const struct rows *rows, uint16_t port)
{
    unsigned long *seen = calloc(rows->count + 1, sizeof *seen);
    if (!seen)
        return;
    for (size_t i = 0; i < rows->count; i++)
        seen[i] = rows->row[i].inode;
    qsort(seen, rows->count, sizeof *seen, by_inode);
    unsigned sockets =
        count_other("/proc/net/tcp", port, seen, rows->count) + count_other("/proc/net/tcp6", port, seen, rows->count);
    free(seen);
    if (!sockets)
        return;
    char why[128];
    snprintf(why, sizeof why, "%u process%s could not be looked into, %u TCP socket%s not shown", processes,
             processes == 1 ? "" : "es", sockets, sockets == 1 ? " is" : "s are");
    say("list", NULL, why);
}
