#include "preload/remote/direction.h"
#include "preload/facts.h"
#include "preload/opened.h"
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

/* The kernel lists the listeners first, so that ten thousand connections behind them are not read. */
static void read_ports(struct listened_ports *ports, pid_t pid, const char *name)
{
    char path[64], line[512];
    unsigned port, state;
    snprintf(path, sizeof path, "/proc/%d/net/%s", (int)pid, name);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    bool listens = fgets(line, sizeof line, file) != NULL; /* the titles */
    while (listens && fgets(line, sizeof line, file)) {
        listens = sscanf(line, " %*d: %*[^:]:%x %*s %x", &port, &state) == 2 && state == TCP_LISTEN;
        if (listens)
            ports->bit[port / 8 % sizeof ports->bit] |= (uint8_t)(1u << port % 8);
    }
    fclose(file);
}

void direction_read_ports(struct listened_ports *ports, pid_t pid)
{
    memset(ports, 0, sizeof *ports);
    read_ports(ports, pid, "tcp");
    read_ports(ports, pid, "tcp6");
}

/* A listened port is asked last: a listener may have been closed, or opened later. */
bool direction_facts(const struct listened_ports *ports, int fd, struct facts *facts)
{
    facts_found(fd, facts);
    if (facts->role != ROLE_ACCEPT)
        return true;
    enum opened opened = opened_by(fd);
    bool listened = ports->bit[facts->port / 8] & 1u << facts->port % 8;
    if (opened == OPENED_BY_CONNECT)
        facts_connected(fd, facts);
    return opened != OPENED_UNKNOWN || listened;
}

static bool same_plan(const struct plan *one, const struct plan *other)
{
    bool same = one->covered == other->covered && one->keepalive == other->keepalive && one->set == other->set;
    for (enum setting_id id = 0; id < OPTION_COUNT; id++)
        same = same && (!(one->set & 1u << id) || one->value[id] == other->value[id]);
    return same;
}

bool direction_matters(const struct policy *policy, const struct facts *facts, int fd)
{
    struct plan accepted, connected;
    struct facts other = *facts;
    plan_make(policy, facts, &accepted);
    if (!facts_connected(fd, &other))
        return false;
    plan_make(policy, &other, &connected);
    return !same_plan(&accepted, &connected);
}
