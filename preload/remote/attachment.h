/*
 * attachment: the policy onto the sockets of chosen processes, once, or again and again.
 *
 * Attach says which processes and what to do; words are its business, too. The programs are never stopped, nothing is
 * put into them, and what cannot be reached is told by `fault` and passed over.
 */
#ifndef PRELOAD_REMOTE_ATTACHMENT_H
#define PRELOAD_REMOTE_ATTACHMENT_H

#include "core/ports.h"
#include "preload/remote/cover.h"
#include "preload/remote/deaths.h"
#include "preload/remote/descriptors.h"
#include "preload/remote/direction.h"
#include "preload/remote/process.h"

struct attachment {
    const struct policy *policy;
    enum attachment_act act;
    struct process_list asked; /* by their numbers */
    const char *program;       /* names as in TCPALIVE_PROGRAMS, NULL: all */
    const char *unit;          /* of systemd, NULL: none */
    bool tree, all, anyway;
    struct ports ports; /* at either end */
    void (*report)(void *context, const struct descriptors_found *found, enum cover_outcome outcome);
    void (*fault)(void *context, pid_t pid, const char *why);
    void *context;
    struct deaths deaths; /* with `tell`, a watch names the connections that the kernel ended */
    /* What became of it. */
    unsigned long set, left, refused;
    unsigned long stay; /* undone, but for their window-clamp */
    bool failed;
    /* Its own. */
    bool again, ending, in_flight, by_program;
    struct cover cover;
    struct listened_ports listened;
    struct process_list kept; /* of the tree, while they live */
};

void attachment_begin(struct attachment *attachment);

/* One pass over all processes. False when none of them is there. errno is ENOENT when the unit is not there. */
bool attachment_pass(struct attachment *attachment);

/*
 * Goes on after the first pass until the last of the processes has ended, or `stop` is set. Between passes it calls
 * `pause`. With all, by program or by unit it waits for those that start later.
 */
void attachment_watch(struct attachment *attachment, const volatile int *stop, void (*pause)(void *context));

void attachment_end(struct attachment *attachment);

#endif
