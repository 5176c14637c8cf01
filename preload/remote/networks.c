#include "preload/remote/networks.h"
#include "preload/remote/netns.h"
#include <linux/netlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct network *find(const struct networks *networks, uint64_t number)
{
    const struct network *network = networks->first;
    while (network && network->number != number)
        network = network->next;
    return network;
}

/* `netns`: -1 for our own. */
static const struct network *add(struct networks *networks, uint64_t number, int netns)
{
    struct network *network = calloc(1, sizeof *network);
    if (!network)
        return NULL;
    *network = (struct network){.next = networks->first, .number = number};
    networks->first = network;
    int type = SOCK_RAW | SOCK_CLOEXEC, protocol = NETLINK_SOCK_DIAG;
    int netlink = netns < 0 ? socket(AF_NETLINK, type, protocol) : netns_make_socket(netns, AF_NETLINK, type, protocol);
    if (netlink >= 0) {
        network->dumped = sock_diag_dump(netlink, &network->dump) == 0;
        close(netlink);
    }
    for (size_t i = 0; i < network->dump.count; i++)
        network->dump.row[i].netns = number;
    return network;
}

/* Takes the descriptor. */
static const struct network *of(struct networks *networks, int netns)
{
    uint64_t number = netns < 0 ? 0 : netns_number(netns);
    const struct network *network = number ? find(networks, number) : NULL;
    if (!network && number)
        network = add(networks, number, number == netns_own_number() ? -1 : netns);
    if (netns >= 0)
        close(netns);
    return network;
}

const struct network *networks_own(struct networks *networks)
{
    uint64_t number = netns_own_number();
    const struct network *network = find(networks, number);
    return network ? network : add(networks, number, -1);
}

const struct network *networks_of_process(struct networks *networks, pid_t pid)
{
    uint64_t number = netns_number_of_process(pid);
    const struct network *network = number ? find(networks, number) : NULL;
    return network ? network : of(networks, netns_of_process(pid));
}

const struct network *networks_of_socket(struct networks *networks, int fd)
{
    return of(networks, netns_of_socket(fd));
}

void networks_free(struct networks *networks)
{
    while (networks->first) {
        struct network *gone = networks->first;
        networks->first = gone->next;
        sock_diag_free(&gone->dump);
        free(gone);
    }
}
