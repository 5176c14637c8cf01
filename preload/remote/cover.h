/*
 * cover: the policy onto one socket of another process, through a duplicate of its descriptor.
 *
 * Used by attach and supervise. Facts -> plan -> what the mode leaves to us -> apply. It prints nothing.
 */
#ifndef PRELOAD_REMOTE_COVER_H
#define PRELOAD_REMOTE_COVER_H

#include "core/plan.h"
#include <sys/socket.h>

/* What became of a socket. */
enum cover_outcome {
    COVER_NOT_TCP, /* or gone: none of our business */
    COVER_SET,
    COVER_STANDS,  /* nothing to set: it has the policy's values */
    COVER_LEFT,    /* a rule, the mode or the moment leaves it alone */
    COVER_REFUSED, /* the kernel refused an option; see `error` */
};

struct cover {
    const struct policy *policy;
    struct socket_values system; /* what a socket has that nobody touched */
    struct plan plan;            /* the last one */
    int error;                   /* of the last COVER_REFUSED: an errno, or COVER_NOT_TAKEN */
};

/* The kernel said yes and has another value: somebody in front of this process or behind the socket answers in its place. */
enum { COVER_NOT_TAKEN = -1 };

/* Why the last socket was refused, as a phrase. */
const char *cover_why(const struct cover *cover);

/* As preload/apply.h wants it: the system call itself, whatever stands in front of the C library's function. */
int cover_setsockopt(int fd, int level, int name, const void *value, socklen_t length, long mark);

void cover_begin(struct cover *cover, const struct policy *policy);

/* Sets what the plan for these facts says, without a look at the socket first where the mode allows that, and reads it back. */
enum cover_outcome cover_socket(struct cover *cover, const struct facts *facts, int fd);

/* The same, but sets nothing on a socket that has the values already. */
enum cover_outcome cover_again(struct cover *cover, const struct facts *facts, int fd);

#endif
