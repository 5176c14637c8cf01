#include "preload/remote/direction.h"
#include "preload/facts.h"
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

/* The kernel lists the listeners first, so that ten thousand connections behind them are not read. */
static void read_ports(struct listened_ports *ports, const char *name)
{
    char path[64], line[512];
    unsigned port, state;
    snprintf(path, sizeof path, "/proc/%d/net/%s", (int)ports->pid, name);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    bool listens = fgets(line, sizeof line, file); /* the titles */
    while (listens && fgets(line, sizeof line, file)) {
        listens = sscanf(line, " %*d: %*[^:]:%x %*s %x", &port, &state) == 2 && state == TCP_LISTEN;
        if (listens)
            ports->bit[port / 8 % sizeof ports->bit] |= (uint8_t)(1u << port % 8);
    }
    fclose(file);
}

void direction_begin(struct listened_ports *ports, pid_t pid)
{
    ports->pid = pid;
    ports->read = false;
}

static bool is_listened(struct listened_ports *ports, uint16_t port)
{
    if (!ports->read) {
        memset(ports->bit, 0, sizeof ports->bit);
        read_ports(ports, "tcp");
        read_ports(ports, "tcp6");
        ports->read = true;
    }
    return ports->bit[port / 8] & 1u << port % 8;
}

/* A listened port is asked last: a listener may have been closed, or opened later. */
void direction_facts(struct listened_ports *ports, int fd, struct facts *facts)
{
    facts_found(fd, facts);
    facts_tell_direction(fd, facts);
    if (facts->either && is_listened(ports, facts->port))
        facts->either = false;
}
