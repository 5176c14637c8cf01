#include "preload/supervise/sweep.h"
#include "preload/facts.h"
#include "preload/remote/descriptors.h"
#include "preload/remote/direction.h"
#include "preload/remote/process.h"
#include "preload/remote/throttle.h"

static struct process_list listening;
static struct listened_ports ports;
static struct throttle pace;

void supervise_sweep_add(pid_t pid)
{
    process_list_add(&listening, pid);
}

int supervise_sweep_due(void)
{
    return listening.count ? throttle_left(&pace) : -1;
}

static void look(void *context, const struct descriptors_found *found)
{
    struct cover *cover = context;
    struct facts facts;
    if (!facts_is_tcp(found->fd))
        return;
    direction_facts(&ports, found->fd, &facts);
    if (facts.role == ROLE_ACCEPT)
        cover_again(cover, &facts, found->fd);
}

static void forget_ended(void)
{
    size_t kept = 0;
    for (size_t i = 0; i < listening.count; i++)
        if (process_exists(listening.pid[i]))
            listening.pid[kept++] = listening.pid[i];
    listening.count = kept;
}

void supervise_sweep(struct cover *cover)
{
    throttle_begin(&pace);
    forget_ended();
    process_list_descendants(&listening);
    for (size_t i = 0; i < listening.count; i++) {
        direction_read_ports(&ports, listening.pid[i]);
        descriptors_each(listening.pid[i], look, cover);
    }
    throttle_end(&pace);
}
