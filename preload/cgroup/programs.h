/*
 * programs: the policy as two programs for the kernel, which it runs for every TCP socket of a group.
 *
 * Used by cgroup, which loads and attaches them. One (BPF_PROG_TYPE_SOCK_OPS) is called at connect, listen and
 * when a connection has been accepted: it finds the rule and sets the options. The other
 * (BPF_PROG_TYPE_CGROUP_SOCKOPT) answers the programs' own keepalive calls as the mode says.
 */
#ifndef PRELOAD_CGROUP_PROGRAMS_H
#define PRELOAD_CGROUP_PROGRAMS_H

#include "core/policy.h"
#include "preload/cgroup/bpf_code.h"

/* A row of the array of values: the kernel's own units by setting_id, 0 leaves alone; then keepalive, 0 or 1. */
enum { CGROUP_KEEPALIVE = OPTION_COUNT, CGROUP_VALUES };

/* Which row a socket is under: none, the plain settings, or those of rule i. */
enum { CGROUP_LEFT, CGROUP_PLAIN, CGROUP_RULE };

/* A socket's own words: its row; what its program asked for, 0 nothing; whether it switched keepalive off. */
enum {
    CGROUP_OWN_ROW,
    CGROUP_OWN_ASKED,
    CGROUP_OWN_OFF = CGROUP_OWN_ASKED + SETTING_USER_TIMEOUT + 1,
    CGROUP_OWN_WORDS
};

struct cgroup_maps {
    int values;
    int own;  /* -1 where cgroup_keeps_own() is false */
    int text; /* not used by the programs, but held by the first as long as it is attached */
};

/*
 * Does a socket need words of its own? Without rules, and where its program has no say, all have the plain settings, and a
 * connection costs less.
 */
bool cgroup_keeps_own(const struct policy *policy);

/* The option behind an index of a row. */
struct cgroup_option {
    int level, name;
};
struct cgroup_option cgroup_option(size_t index);

void cgroup_write_row(const struct profile *profile, int32_t row[CGROUP_VALUES]);

void cgroup_write_connections(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps);
void cgroup_write_calls(struct bpf_code *code, const struct policy *policy, const struct cgroup_maps *maps);

/* For both: r0 = the socket's own words, where r2 holds the socket; `flags` as bpf_sk_storage_get() has them. */
void cgroup_write_own(struct bpf_code *code, const struct cgroup_maps *maps, int flags);

/* For both: r0 = the row whose number is in the register, or NULL. Uses 4 bytes of the stack at `key`. */
void cgroup_write_find_row(struct bpf_code *code, const struct cgroup_maps *maps, int number, int key);

#endif
