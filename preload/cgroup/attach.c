#include "preload/cgroup/attach.h"
#include "preload/cgroup/bpf.h"
#include "preload/cgroup/programs.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME_OF_TEXT "tcpalive_text"

enum { RULES_NAMED = 8 };

static const struct bpf_kind connections = {"tcpalive_conn", BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS};
static const struct bpf_kind calls = {"tcpalive_calls", BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_SETSOCKOPT};

static void write_description(struct text *text, const struct policy *policy)
{
    static const char *const modes[] = {"enforce", "tighten", "respect"};
    static const char *const names[] = {"idle ", ", interval ", ", probes ", ", user-timeout "};
    for (enum setting_id id = 0; id <= SETTING_USER_TIMEOUT; id++) {
        text_add(text, names[id]);
        setting_write(text, id, policy->plain.value[id]);
    }
    text_add(text, ", mode ");
    text_add(text, modes[policy->mode]);
    for (int i = 0; i < policy->rule_count && i < RULES_NAMED; i++) {
        text_add(text, i ? "; " : ", rules for ");
        rule_write(text, &policy->rule[i]);
    }
    if (policy->rule_count > RULES_NAMED)
        text_add(text, "; ...");
}

static int fill_maps(const struct cgroup_maps *maps, const struct policy *policy)
{
    int32_t row[CGROUP_VALUES];
    char description[CGROUP_TEXT_SIZE] = "";
    struct text text = text_in(description, sizeof description);
    cgroup_write_row(&policy->plain, row);
    int error = bpf_array_write(maps->values, CGROUP_PLAIN, row);
    for (uint32_t i = 0; error == 0 && i < policy->rule_count; i++) {
        cgroup_write_row(&policy->rule[i].profile, row);
        error = bpf_array_write(maps->values, CGROUP_RULE + i, row);
    }
    write_description(&text, policy);
    return error ? error : bpf_array_write(maps->text, 0, description);
}

static int fail(struct text *why, const char *what, int error)
{
    text_add(why, what);
    text_add(why, strerror(error));
    if (error == EPERM)
        text_add(why, "; root's rights are needed (CAP_BPF with CAP_NET_ADMIN, or CAP_SYS_ADMIN)");
    else if (error == ENOSYS)
        text_add(why, "; the kernel is built without CONFIG_BPF_SYSCALL");
    else if (error == EINVAL)
        text_add(why, "; it takes Linux 5.9 with CONFIG_CGROUP_BPF");
    else if (error == E2BIG)
        text_add(why, "; there are too many rules for the kernel");
    return error;
}

static int make_maps(struct cgroup_maps *maps, const struct policy *policy)
{
    *maps = (struct cgroup_maps){-1, -1, -1};
    maps->values = bpf_array("tcpalive_values", CGROUP_VALUES * sizeof(int32_t), CGROUP_RULE + policy->rule_count);
    if (maps->values < 0)
        return maps->values;
    if (cgroup_keeps_own(policy) && (maps->own = bpf_socket_storage("tcpalive_own", CGROUP_OWN_WORDS)) < 0)
        return maps->own;
    maps->text = bpf_array(NAME_OF_TEXT, CGROUP_TEXT_SIZE, 1);
    return maps->text < 0 ? maps->text : fill_maps(maps, policy);
}

static void close_maps(const struct cgroup_maps *maps)
{
    const int all[] = {maps->values, maps->own, maps->text};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] >= 0)
            close(all[i]);
}

int cgroup_load(const struct policy *policy, struct cgroup_pair *pair, struct text *why)
{
    static struct bpf_code for_connections, for_calls;
    struct cgroup_maps maps;
    *pair = (struct cgroup_pair){-1, -1};
    int error = make_maps(&maps, policy);
    if (error < 0) {
        close_maps(&maps);
        return fail(why, "the kernel takes no table of settings: ", -error);
    }
    for_connections.count = for_calls.count = 0;
    cgroup_write_connections(&for_connections, policy, &maps);
    cgroup_write_calls(&for_calls, policy, &maps);
    pair->connections = bpf_load(&connections, &for_connections);
    pair->calls = pair->connections < 0 ? -1 : bpf_load(&calls, &for_calls);
    close_maps(&maps); /* the programs hold them now */
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

void cgroup_describe(const struct cgroup_pair *pair, char text[CGROUP_TEXT_SIZE])
{
    int map = bpf_program_map(pair->connections, NAME_OF_TEXT);
    if (map < 0 || bpf_array_read(map, 0, text) < 0)
        snprintf(text, CGROUP_TEXT_SIZE, "it does not tell which");
    if (map >= 0)
        close(map);
    text[CGROUP_TEXT_SIZE - 1] = '\0';
}
