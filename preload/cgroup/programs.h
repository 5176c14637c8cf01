/*
 * programs: the policy as two programs for the kernel, which it runs for every TCP socket of a group.
 *
 * One (BPF_PROG_TYPE_SOCK_OPS) is called at connect, listen and when a connection is there: it finds the rule, sets the
 * options, and bounds data in flight. The other (BPF_PROG_TYPE_CGROUP_SOCKOPT) answers the programs' own keepalive
 * calls as the mode says. This is what both have in common: their tables, and how they are laid out.
 */
#ifndef PRELOAD_CGROUP_PROGRAMS_H
#define PRELOAD_CGROUP_PROGRAMS_H

#include "core/policy.h"
#include "preload/cgroup/bpf_code.h"

/*
 * A row of the array of values: the kernel's own units by setting_id, 0 leaves alone; then keepalive, 0 or 1; then for
 * how many milliseconds data in flight may go unanswered, 0 for ever.
 */
enum { CGROUP_KEEPALIVE = OPTION_COUNT, CGROUP_OPTIONS, CGROUP_BOUND = CGROUP_OPTIONS, CGROUP_VALUES };

/* The option behind an index of a row. */
struct cgroup_option {
    int level, name;
};
struct cgroup_option cgroup_option(size_t index);

/*
 * Which row a socket is under: not decided, none, or one of a policy's: first the plain settings', then a row for
 * each rule. A policy that takes another one's place has its rows behind the old ones, which keep their numbers
 * and their sockets.
 */
enum { CGROUP_UNDECIDED, CGROUP_LEFT, CGROUP_FIRST_ROW };

/*
 * What is kept of one socket: its row; what its program asked for, 0 for nothing; and what the options were before the
 * policy set them, 0 where that is not known. Of keepalive, in both, CGROUP_OFF or CGROUP_ON.
 */
enum {
    CGROUP_OWN_ROW,
    CGROUP_OWN_ASKED,
    CGROUP_OWN_SWITCH = CGROUP_OWN_ASKED + KEEPALIVE_COUNT,
    CGROUP_OWN_BEFORE,
    CGROUP_OWN_WORDS = CGROUP_OWN_BEFORE + CGROUP_OPTIONS
};
enum { CGROUP_OFF = 1, CGROUP_ON = 2 };

/*
 * What the programs count, 64 bits each. The last is no count: call-backs that this kernel does not have, as a
 * set of bits.
 */
enum { CGROUP_CONNECTIONS, CGROUP_LISTENERS, CGROUP_ANSWERED, CGROUP_DEATHS, CGROUP_NO_CALL_BACK, CGROUP_COUNTS };

struct cgroup_maps {
    int values;
    int own; /* -1 where nothing is kept of a socket */
    int counts;
    int info;          /* not used by the programs, but held by the first as long as it is attached */
    uint32_t plain;    /* this policy's first row */
    uint32_t absent;   /* the row of connections of which nothing is kept: an earlier policy's, or CGROUP_LEFT */
    int32_t system[3]; /* idle, interval and probes as the system has them */
};

/*
 * Is the row kept of each socket? Without rules, where its program has no say, all have the plain one, and a
 * connection costs less.
 */
bool cgroup_keeps_rows(const struct policy *policy);

/* Does some row bound data in flight? */
bool cgroup_bounds(const struct policy *policy);

void cgroup_write_row(const struct profile *profile, int32_t row[CGROUP_VALUES]);

/* For both: r0 = what is kept of the socket in r2, or NULL; `flags` as bpf_sk_storage_get() has them. */
void cgroup_write_own(struct bpf_code *code, const struct cgroup_maps *maps, int flags);

/* For both: r0 = the row whose number is in the register, or NULL. Uses 4 bytes of the stack at `key`. */
void cgroup_write_find_row(struct bpf_code *code, const struct cgroup_maps *maps, int number, int key);

/* For both: one more of these. Uses r1 and r2. */
void cgroup_write_count(struct bpf_code *code, const struct cgroup_maps *maps, size_t which);

#endif
