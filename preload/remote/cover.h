/*
 * cover: the policy onto one socket of another process, through a duplicate of its descriptor.
 *
 * Facts -> plan -> what the mode leaves to us -> apply, or the way back. It prints nothing.
 */
#ifndef PRELOAD_REMOTE_COVER_H
#define PRELOAD_REMOTE_COVER_H

#include "core/outcome.h"
#include "preload/notes.h"
#include <sys/socket.h>

/* What the sockets of one network namespace have that nobody touched. */
struct cover_namespace {
    uint64_t cookie; /* socket(7), SO_NETNS_COOKIE; 0: none */
    struct socket_values values;
};

enum { COVER_NAMESPACES = 16 };

struct cover {
    const struct policy *policy;
    const struct notes *notes; /* NULL: of what the programs said nothing is known */
    struct cover_namespace own, known[COVER_NAMESPACES];
    unsigned met;                /* of the others, so far */
    struct socket_values system; /* of the last socket's namespace */
    struct plan plan;            /* the last one */
    bool stays;                  /* the last undone socket keeps its window-clamp */
    int error;                   /* of the last COVER_REFUSED: an errno, or COVER_NOT_TAKEN */
};

/*
 * The kernel said yes and has another value: somebody in front of this process or behind the socket answers
 * in its place.
 */
enum { COVER_NOT_TAKEN = -1 };

/* Why the last socket was refused, as a phrase. */
const char *cover_why(const struct cover *cover);

/* As preload/apply.h wants it: the system call itself, whatever stands in front of the C library's function. */
int cover_setsockopt(int fd, int level, int name, const void *value, socklen_t length, long mark);

void cover_begin(struct cover *cover, const struct policy *policy);

/*
 * Sets what the plan for these facts says, without a look at the socket first where the mode allows that, and
 * reads it back.
 */
enum cover_outcome cover_socket(struct cover *cover, const struct facts *facts, int fd);

/* The same, but sets nothing on a socket that has the values already. */
enum cover_outcome cover_again(struct cover *cover, const struct facts *facts, int fd);

/* What cover_socket() would come to: sets nothing. */
enum cover_outcome cover_would(struct cover *cover, const struct facts *facts, int fd);

/*
 * A socket that carries all that the plan for it sets goes back to its network namespace's own values: keepalive
 * off, idle, interval, probes, user timeout and SYNs as they are there, maxseg and defer-accept as on any other. Of
 * a window-clamp the kernel cannot say what it would be: that stays. COVER_LEFT: it does not carry them. With
 * `try`: sets nothing.
 */
enum cover_outcome cover_undo(struct cover *cover, const struct facts *facts, int fd, bool try);

#endif
