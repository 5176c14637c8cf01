#include "preload/cgroup/attach.h"
#include "preload/cgroup/bpf.h"
#include "preload/cgroup/maps.h"
#include "preload/cgroup/refusal.h"
#include "preload/cgroup/sock_ops.h"
#include "preload/cgroup/sockopt.h"
#include <errno.h>
#include <unistd.h>

static const struct bpf_kind connections = {"tcpalive_conn", BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS};
static const struct bpf_kind calls = {"tcpalive_calls", BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_SETSOCKOPT};

static int fail(struct text *why, const char *what, int error)
{
    text_add(why, what);
    text_add(why, refusal_of_load(error));
    return error;
}

int cgroup_load(const struct policy *policy, const struct cgroup_pair *old, struct cgroup_pair *pair, struct text *why)
{
    static struct bpf_code for_connections, for_calls;
    struct cgroup_maps maps;
    *pair = (struct cgroup_pair){-1, -1};
    int error = cgroup_maps_make(policy, old->connections, &maps);
    if (error)
        return fail(why, "the kernel takes no table of settings: ", error);
    for_connections.count = for_calls.count = 0;
    sock_ops_write(&for_connections, policy, &maps);
    sockopt_write(&for_calls, policy, &maps);
    pair->connections = bpf_load(&connections, &for_connections);
    pair->calls = pair->connections < 0 ? -1 : bpf_load(&calls, &for_calls);
    cgroup_maps_close(&maps); /* the programs hold them now */
    if (pair->connections < 0)
        return fail(why, "the kernel takes no program for connections (sock_ops): ", -pair->connections);
    if (pair->calls < 0)
        return fail(why, "the kernel takes no program for setsockopt: ", -pair->calls);
    return 0;
}

int cgroup_find(int group, bool in_force, struct cgroup_pair *pair)
{
    pair->connections = bpf_find(group, &connections, in_force);
    pair->calls = bpf_find(group, &calls, in_force);
    int error = pair->connections == -ENOENT ? 0 : pair->connections;
    return error < 0 ? -error : 0;
}

int cgroup_attach(int group, const struct cgroup_pair *pair, const struct cgroup_pair *old)
{
    int error = bpf_attach(group, &connections, pair->connections, old->connections);
    if (error < 0)
        return -error;
    error = bpf_attach(group, &calls, pair->calls, old->calls);
    if (error < 0 && old->connections >= 0)
        bpf_attach(group, &connections, old->connections, pair->connections);
    else if (error < 0)
        bpf_detach(group, &connections, pair->connections);
    return -error;
}

int cgroup_detach(int group, const struct cgroup_pair *pair)
{
    int error = pair->connections < 0 ? 0 : bpf_detach(group, &connections, pair->connections);
    int other = pair->calls < 0 ? 0 : bpf_detach(group, &calls, pair->calls);
    return error < 0 ? -error : -other;
}

void cgroup_close(struct cgroup_pair *pair)
{
    if (pair->connections >= 0)
        close(pair->connections);
    if (pair->calls >= 0)
        close(pair->calls);
    *pair = (struct cgroup_pair){-1, -1};
}
